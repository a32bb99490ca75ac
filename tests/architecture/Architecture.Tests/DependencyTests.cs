namespace Backbone.Architecture.Tests;

public sealed class DependencyTests
{
    private const string Planted = """
        ## Dependencies
        | project | may reference |
        | --- | --- |
        | A | nothing |
        | B | A |

        ## Next
        | C | A |
        """;

    [Fact]
    public void The_projects_reference_each_other_as_the_table_says_and_no_otherwise()
    {
        var table = DependencyTable.Parse(Repository.Read("ARCHITECTURE.md"));

        Assert.NotEmpty(table);
        Assert.Empty(DependencyTable.Compare(table, Repository.Graph()));
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = Repository.Read("Backbone.sln").Replace('\\', '/');

        Assert.All(Repository.Files(".csproj"), path => Assert.Contains(path, solution, StringComparison.Ordinal));
    }

    [Fact]
    public void A_table_and_projects_that_agree_pass() => Assert.Empty(Compare(("A", []), ("B", ["A"])));

    [Fact]
    public void A_planted_surplus_reference_is_found() =>
        Assert.Equal(["A references B, which the table does not allow."], Compare(("A", ["B"]), ("B", ["A"])));

    [Fact]
    public void A_planted_unused_permission_is_found() =>
        Assert.Equal(["B may reference A, but does not: take it out of the table."], Compare(("A", []), ("B", [])));

    [Fact]
    public void A_planted_unlisted_project_is_found() =>
        Assert.Equal(["C is not in the table."], Compare(("A", []), ("B", ["A"]), ("C", [])));

    [Fact]
    public void A_planted_missing_project_is_found() =>
        Assert.Equal(["B is in the table, but there is no such project."], Compare(("A", [])));

    private static IEnumerable<string> Compare(params (string Name, string[] References)[] graph) => DependencyTable.Compare(
        DependencyTable.Parse(Planted),
        graph.ToDictionary(project => project.Name, project => (IReadOnlySet<string>)project.References.ToHashSet()));
}
