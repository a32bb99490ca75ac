namespace Backbone.Architecture.Tests;

public sealed class TidyTests
{
    [Fact]
    public void Every_source_file_is_tidy()
    {
        var files = Repository.Files(".cs");

        Assert.NotEmpty(files);
        Assert.Empty(files.SelectMany(path => TidyRules.Violations(path, Repository.Read(path))));
    }

    [Fact]
    public void A_plain_file_passes() => Assert.Empty(TidyRules.Violations("x/Score.cs", "internal sealed class Score;\n"));

    [Theory]
    [InlineData("x/StringHelper.cs", "", "drawer")]
    [InlineData("x/Score.cs", "internal sealed class Score" + "Service;", "named like a drawer")]
    [InlineData("x/Score.cs", "  #region private", "region")]
    [InlineData("x/Score.cs", "a\r\nb", "LF")]
    [InlineData("x/Score.cs", "internal sealed unsafe class Score;", "unsafe")]
    public void A_planted_violation_is_found(string path, string text, string said) =>
        Assert.Contains(said, Assert.Single(TidyRules.Violations(path, text)), StringComparison.Ordinal);

    [Fact]
    public void A_planted_long_file_is_found() =>
        Assert.Contains("501 lines", Assert.Single(TidyRules.Violations("x/Long.cs", new string('\n', 500))), StringComparison.Ordinal);

    [Fact]
    public void A_planted_unfinished_mark_is_found() =>
        Assert.Contains("unfinished", Assert.Single(TidyRules.Violations("x/Score.cs", "// TO" + "DO later")), StringComparison.Ordinal);
}
