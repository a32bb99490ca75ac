using System.Text.RegularExpressions;

namespace Backbone.Architecture.Tests;

/// <summary>ARCHITECTURE.md may only promise what a test holds.</summary>
public sealed partial class InvariantTests
{
    [Fact]
    public void Every_invariant_names_a_test_that_exists()
    {
        var invariants = Rows(Repository.Read("ARCHITECTURE.md"));

        Assert.NotEmpty(invariants);
        Assert.Empty(Violations(invariants, Sources()));
    }

    [Fact]
    public void A_planted_invariant_without_a_test_is_found() => Assert.Contains(
        "names no test", Assert.Single(Violations(["| Nothing is lost. | |"], Sources())), StringComparison.Ordinal);

    [Fact]
    public void A_planted_test_that_does_not_exist_is_found() => Assert.Contains(
        "does not exist", Assert.Single(Violations(["| Nothing is lost. | `NoSuchTests.Nothing_here` |"], Sources())), StringComparison.Ordinal);

    private static List<string> Rows(string document) => [.. document.Split('\n').SkipWhile(line => line.Trim() != "## Invariants").Skip(1)
        .TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal)).Where(line => line.StartsWith('|')).Skip(2)];

    private static Dictionary<string, string> Sources() => Repository.Files(".cs")
        .Where(path => path.StartsWith("tests/", StringComparison.Ordinal)).ToDictionary(path => path, Repository.Read);

    private static IEnumerable<string> Violations(IEnumerable<string> rows, Dictionary<string, string> sources)
    {
        foreach (var row in rows)
        {
            var tests = TestName().Matches(row);
            if (tests.Count == 0)
            {
                yield return $"{row} names no test.";
            }

            foreach (Match test in tests)
            {
                var (type, method) = (test.Groups[1].Value, test.Groups[2].Value);
                if (!sources.Values.Any(text => text.Contains($"class {type}", StringComparison.Ordinal) && Regex.IsMatch(text, $@"\b{method}\(")))
                {
                    yield return $"{type}.{method} does not exist.";
                }
            }
        }
    }

    [GeneratedRegex(@"`(\w+)\.(\w+)`")]
    private static partial Regex TestName();
}
