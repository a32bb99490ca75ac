using System.Text.RegularExpressions;
using Backbone.Audit.Contracts;

namespace Backbone.Architecture.Tests;

/// <summary>Names of own fields in the sources are those of the closed list: a wrong one would fail only when the event happens.</summary>
public sealed partial class DetailNameTests
{
    [Fact]
    public void Every_detail_that_code_gives_an_event_is_in_the_closed_list()
    {
        var names = Repository.Files(".cs").Where(path => !path.StartsWith("tests/", StringComparison.Ordinal))
            .SelectMany(path => Names(Repository.Read(path)).Select(name => (path, name))).ToList();

        Assert.NotEmpty(names);
        Assert.DoesNotContain(names, use => !AuditEventJson.IsDetail(use.name));
    }

    [Theory]
    [InlineData("""x.With("resource.filter.action", "a")""")]
    [InlineData("""details.Add("auth.anything", "a")""")]
    [InlineData("""details.SetItem("auth.client", "a")""")]
    [InlineData("""details["subject.name"] = "a";""")]
    public void A_planted_name_outside_the_list_is_found(string code) => Assert.DoesNotContain(Names(code), AuditEventJson.IsDetail);

    private static IEnumerable<string> Names(string text) => Detail().Matches(text).Select(match => match.Groups[1].Value);

    [GeneratedRegex("""(?:\b(?:With|Add|SetItem)\(|\[)"((?:auth|certificate|credit|purpose|resource|subject)\.[^"]*)"[,\]]""")]
    private static partial Regex Detail();
}
