using System.Text;
using System.Text.Json.Nodes;
using Backbone.Credit.Catalogue;
using Backbone.Credit.Facts;
using Backbone.Credit.Scoring.Facts;

namespace Backbone.Credit.Tests.Facts;

public sealed class ReadDraftTests
{
    internal static readonly FactCatalogue Catalogue = LoadCatalogue.File(LoadCatalogue.BuiltInFile);
    private static readonly DateOnly Today = new(2026, 11, 28);

    internal const string Penalty = """
        { "key": "jn-2026-1", "entity": "91370200264574251E", "type": "penalty", "class": "general", "amount": 12000.50,
          "document": "济市监处罚〔2026〕1号", "authority": "济南市市场监督管理局", "basis": "食品安全法 第一百二十四条", "decided": "2026-05-20",
          "behaviourEnd": "2026-03-01" }
        """;

    [Fact]
    public void A_penalty_is_read_as_it_was_written()
    {
        var draft = Read(Penalty).Draft!;

        Assert.Equal(("91370200264574251E", "jn-2026-1", RecordKind.Stated), (draft.Entity.ToString(), draft.Key, draft.Kind));
        Assert.Equal(new FactContent(
            2, SeverityClass.General, ExclusionReason.None, new(new(2026, 5, 20), new(2026, 3, 1), null, null), 1_200_050,
            "济市监处罚〔2026〕1号", "济南市市场监督管理局", "食品安全法 第一百二十四条"), draft.Content);
    }

    [Fact]
    public void The_hash_is_of_what_is_said_and_not_of_how_it_is_written()
    {
        var fields = JsonNode.Parse(Penalty)!.AsObject();
        var reversed = new JsonObject(fields.Reverse().Select(field => KeyValuePair.Create(field.Key, field.Value?.DeepClone())));

        Assert.Equal(Read(Penalty).Draft!.Hash, Read(reversed.ToJsonString()).Draft!.Hash);
        Assert.NotEqual(Read(Penalty).Draft!.Hash, Read(Penalty.Replace("12000.50", "12000.51", StringComparison.Ordinal)).Draft!.Hash);
    }

    [Theory]
    [InlineData("\"entity\": \"91370200264574251E\"", "\"entity\": \"92350100M000100Y40\"", "entity", "natural-person")]
    [InlineData("\"entity\": \"91370200264574251E\"", "\"entity\": \"11010519491231002X\"", "entity", "resident-identity-number")]
    [InlineData("\"entity\": \"91370200264574251E\"", "\"entity\": 7", "entity", "length")]
    [InlineData("\"type\": \"penalty\"", "\"type\": \"gossip\"", "type", "a code of the catalogue")]
    [InlineData("\"class\": \"general\",", "", "class", "never guessed")]
    [InlineData("\"class\": \"general\"", "\"class\": \"terrible\"", "class", "one of minor, general, serious")]
    [InlineData("\"amount\": 12000.50", "\"amount\": 12000.505", "amount", "in steps of 1/100")]
    [InlineData("\"amount\": 12000.50", "\"amount\": 1e300", "amount", "a number within")]
    [InlineData("\"amount\": 12000.50", "\"value\": \"A\"", "value", "have no value")]
    [InlineData("2026-05-20", "2026-11-29", "decided", "no later than 2026-11-28")]
    [InlineData("2026-05-20", "2026-02-30", "decided", "a date from 1950-01-01")]
    [InlineData("\"basis\": \"食品安全法 第一百二十四条\"", "\"basis\": \"\"", "basis", "1–500 characters")]
    [InlineData("\"document\": \"", "\"note\": \"x\", \"document\": \"", "note", "known fields only")]
    [InlineData("济市监处罚〔2026〕1号", "对11010519491231002X的处罚", "document", "no resident identity number")]
    [InlineData("\"key\": \"jn-2026-1\"", "\"key\": \"a\\u0000b\"", "key", "on one line")]
    [InlineData("\"key\": \"jn-2026-1\"", "\"key\": \"\\ud800\"", "key", "on one line")]
    [InlineData("\"decided\": \"2026-05-20\"", "\"decided\": \"2026-05-20\", \"about\": \"x\"", "about", "only of a correction")]
    [InlineData("\"decided\": \"2026-05-20\"", "\"decided\": \"2026-05-20\", \"kind\": \"repair\"", "kind", "one of fact, correction, withdrawal")]
    [InlineData("\"decided\": \"2026-05-20\"", "\"decided\": \"2026-05-20\", \"validTo\": \"2026-05-20\"", "validTo", "after validFrom")]
    public void What_is_wrong_is_named_with_its_field_and_rule(string text, string changed, string field, string rule)
    {
        Assert.Contains(text, Penalty, StringComparison.Ordinal);
        var outcome = Read(Penalty.Replace(text, changed, StringComparison.Ordinal));

        Assert.Null(outcome.Draft);
        Assert.Contains(outcome.Violations, violation => violation.Field == field && violation.Rule.En.Contains(rule, StringComparison.Ordinal));
        Assert.DoesNotContain(outcome.Violations, violation => violation.Value.Contains("11010519491231002X", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("{\"key\":{\"a\":{\"b\":{\"c\":1}}}}")]
    public void What_is_no_object_is_refused(string text)
    {
        var outcome = Read(text);

        Assert.Null(outcome.Draft);
        Assert.NotEmpty(outcome.Violations);
    }

    [Fact]
    public void All_faults_of_a_fact_are_told_at_once() => Assert.True(Read("""{ "key": "k", "entity": "x", "type": "y" }""").Violations.Count >= 6);

    private static DraftOutcome Read(string json) => ReadDraft.Read(Encoding.UTF8.GetBytes(json), Catalogue, Today);
}
