using System.Collections.Immutable;
using Backbone.Audit.Contracts.Fields;
using Backbone.Testing;
using YamlDotNet.RepresentationModel;

namespace Backbone.Audit.Tests.Contracts;

/// <summary>The closed list of fields and the allowed values, against the published flat list of ECS 9.4.0.</summary>
public sealed class EcsTests
{
    private static readonly Lazy<YamlMappingNode> Published = new(Read);

    public static TheoryData<string> Categories => [.. EcsRules.ExpectedTypes.Keys.Order()];

    [Fact]
    public void Every_field_is_published_with_this_type_and_form_or_stands_in_an_own_object_that_ECS_does_not_have()
    {
        var published = Published.Value;
        List<string> wrong = [];
        foreach (var field in EventFields.All.Where(field => !field.IsOwn))
        {
            if (!published.Children.TryGetValue(field.Name, out var node))
            {
                wrong.Add($"{field.Name} is not in ECS");
                continue;
            }

            var type = Text(node, "type");
            if (!TypesOf(field.Type).Contains(type))
            {
                wrong.Add($"{field.Name} is {field.Type} here and {type} in ECS");
            }

            if (field.IsList != ((YamlSequenceNode)node["normalize"]).Any(normal => ((YamlScalarNode)normal).Value == "array"))
            {
                wrong.Add($"{field.Name}: list here: {field.IsList}, in ECS otherwise");
            }
        }

        var taken = published.Children.Keys.Select(key => ((YamlScalarNode)key).Value!.Split('.')[0]).Where(EventFields.OwnObjects.Contains).Distinct();
        Assert.Empty(wrong.Concat(taken.Select(name => $"{name} is an object of ECS and cannot be an own one")));
        Assert.Contains(EventFields.All, field => field is { IsOwn: true });
    }

    [Fact]
    public void The_allowed_kinds_outcomes_and_types_are_exactly_the_published_ones()
    {
        Assert.Equal(Allowed("event.kind"), EcsRules.Kinds.Order(StringComparer.Ordinal));
        Assert.Equal(Allowed("event.outcome"), EcsRules.Outcomes.Order(StringComparer.Ordinal));
        Assert.Equal(Allowed("event.type"), EcsRules.Types.Order(StringComparer.Ordinal));
        Assert.Equal(Allowed("event.category"), EcsRules.ExpectedTypes.Keys.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Categories))]
    public void The_expected_types_of_each_category_are_exactly_the_published_ones(string category)
    {
        var node = Values("event.category").Single(value => Text(value, "name") == category);
        var expected = ((YamlSequenceNode)node["expected_event_types"]).Select(type => ((YamlScalarNode)type).Value!).Order(StringComparer.Ordinal);
        Assert.Equal(expected, EcsRules.ExpectedTypes[category].Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(new[] { "authentication", "session" }, new[] { "start" }, null)]
    [InlineData(new[] { "authentication" }, new[] { "start", "denied" }, "event.type")]
    [InlineData(new[] { "authentication", "api" }, new[] { "denied" }, "event.type")]
    [InlineData(new[] { "authorization" }, new[] { "start" }, "event.category")]
    [InlineData(new[] { "api" }, new[] { "begin" }, "event.type")]
    [InlineData(new string[0], new[] { "start" }, "event.category")]
    [InlineData(new[] { "api" }, new string[0], "event.type")]
    public void Category_and_type_must_go_together(string[] categories, string[] types, string? field) =>
        Assert.Equal(field, EcsRules.Check([.. categories], [.. types])?.Field);

    private static ImmutableArray<string> TypesOf(FieldType type) => type switch
    {
        FieldType.Keyword => ["keyword", "wildcard", "constant_keyword"],
        FieldType.Text => ["match_only_text"],
        FieldType.Ip => ["ip"],
        FieldType.Date => ["date"],
        FieldType.Number => ["long", "integer"],
        FieldType.Real => ["float", "double", "scaled_float"],
        _ => ["boolean"],
    };

    private static IEnumerable<string> Allowed(string field) => Values(field).Select(value => Text(value, "name")).Order(StringComparer.Ordinal);

    private static IEnumerable<YamlNode> Values(string field) => (YamlSequenceNode)Published.Value[field]["allowed_values"];

    private static string Text(YamlNode node, string name) => ((YamlScalarNode)node[name]).Value!;

    private static YamlMappingNode Read()
    {
        using var text = File.OpenText(RealServers.Vectors("ecs", "ecs_flat.yml"));
        var yaml = new YamlStream();
        yaml.Load(text);
        return (YamlMappingNode)yaml.Documents[0].RootNode;
    }
}
