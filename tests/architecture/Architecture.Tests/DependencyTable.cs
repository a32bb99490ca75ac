namespace Backbone.Architecture.Tests;

/// <summary>The table "Dependencies" of ARCHITECTURE.md: who may reference whom.</summary>
internal static class DependencyTable
{
    private const string Heading = "## Dependencies";

    public static IReadOnlyDictionary<string, IReadOnlySet<string>> Parse(string document)
    {
        var lines = document.Split('\n').SkipWhile(line => line.Trim() != Heading).Skip(1)
            .TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal))
            .Where(line => line.StartsWith('|')).Skip(2);
        return lines.Select(line => line.Split('|', StringSplitOptions.TrimEntries)).ToDictionary(
            cells => cells[1],
            cells => (IReadOnlySet<string>)cells[2].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Where(name => name != "nothing").ToHashSet());
    }

    /// <summary>Both directions: what the code does and the table does not allow, and what the table allows and nobody uses.</summary>
    public static IEnumerable<string> Compare(
        IReadOnlyDictionary<string, IReadOnlySet<string>> table, IReadOnlyDictionary<string, IReadOnlySet<string>> graph)
    {
        foreach (var project in graph.Keys.Except(table.Keys))
        {
            yield return $"{project} is not in the table.";
        }

        foreach (var project in table.Keys.Except(graph.Keys))
        {
            yield return $"{project} is in the table, but there is no such project.";
        }

        foreach (var project in table.Keys.Intersect(graph.Keys))
        {
            foreach (var surplus in graph[project].Except(table[project]))
            {
                yield return $"{project} references {surplus}, which the table does not allow.";
            }

            foreach (var unused in table[project].Except(graph[project]))
            {
                yield return $"{project} may reference {unused}, but does not: take it out of the table.";
            }
        }
    }
}
