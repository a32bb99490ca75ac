using System.Text;
using System.Text.Json;
using Backbone.Credit.Catalogue;
using Backbone.Credit.Commands;
using Backbone.Credit.Fitting;
using Backbone.Credit.Packs;

namespace Backbone.Credit.Tests.Fitting;

public sealed class FitScorecardTests : IDisposable
{
    private static readonly string[] Written = ["fact-types.yml", "pack.yml", "report.json", "report.md"];
    private readonly string folder = Directory.CreateTempSubdirectory("fit-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_fitted_pack_is_sound_has_its_catalogue_and_report_and_the_same_input_gives_the_same_bytes()
    {
        Save("made.csv", new MadeTable(5, 3000).Csv);

        var (code, said, errors) = Run("made.csv", "one");
        Run("made.csv", "two");

        Assert.Equal((0, ""), (code, errors));
        Assert.Contains("made.csv: 3000 rows, ", said, StringComparison.Ordinal);
        Assert.Contains("fold 5 of 5: ", said, StringComparison.Ordinal);
        Assert.Equal(Written, Directory.EnumerateFiles(In("one")).Select(Path.GetFileName).Order());
        Assert.All(Written, name => Assert.Equal(File.ReadAllBytes(In("one", name)), File.ReadAllBytes(In("two", name))));
        var pack = LoadPack.File(In("one", "pack.yml"), LoadCatalogue.Beside(In("one")));
        Assert.True(pack.MayBeApproved, string.Join('\n', pack.Faults));
        Assert.Equal(("fitted-made", 3), (pack.Pack!.Id, pack.Pack.Rules.Length));
        Assert.Equal(0, CreditCommands.CheckPacks(In("one"), TextWriter.Null));
    }

    [Fact]
    public void The_report_says_how_well_and_every_rule_in_words()
    {
        Save("made.csv", new MadeTable(5, 3000).Csv);
        Run("made.csv", "out");

        var words = File.ReadAllText(In("out", "report.md"));
        using var report = JsonDocument.Parse(File.ReadAllText(In("out", "report.json")));

        Assert.Contains("### 1. falls\n\nThe more, the more points.", words, StringComparison.Ordinal);
        Assert.Contains(". turns\n\nMost points in the middle.", words, StringComparison.Ordinal);
        Assert.Contains("| no value | -", words, StringComparison.Ordinal);
        var validation = report.RootElement.GetProperty("validation");
        Assert.Equal(5, validation.GetProperty("folds").GetArrayLength());
        var area = validation.GetProperty("auc");
        Assert.InRange(area.GetProperty("value").GetDouble(), 0.65, 0.85);
        Assert.InRange(area.GetProperty("value").GetDouble(), area.GetProperty("low").GetDouble(), area.GetProperty("high").GetDouble());
        Assert.Equal(3000, report.RootElement.GetProperty("rules")[0].GetProperty("bands").EnumerateArray().Sum(band => band.GetProperty("rows").GetInt32())
            + report.RootElement.GetProperty("rules")[0].GetProperty("absent").GetProperty("rows").GetInt32());
    }

    [Fact]
    public void What_is_there_is_never_overwritten()
    {
        Save("made.csv", new MadeTable(5, 300).Csv);
        Directory.CreateDirectory(In("out"));
        Save("out/mine.txt", "mine");

        var (code, _, errors) = Run("made.csv", "out");

        Assert.Equal(FitScorecard.Refused, code);
        Assert.Contains("is not empty, and nothing is overwritten; name another folder, or empty this one", errors, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(In("out", "mine.txt")));
        Assert.Single(Directory.EnumerateFiles(In("out")));
    }

    [Fact]
    public void Every_bound_of_the_request_is_told_at_once_and_nothing_is_made()
    {
        var request = Request("made.csv", "out") with { Rules = 0, Folds = 11, Id = "Mine!", From = "soon" };
        using var errors = new StringWriter();

        Assert.Equal(FitScorecard.Misunderstood, FitScorecard.Run(request, TextWriter.Null, errors));

        Assert.Contains("--rules takes 1 to 64, not 0.", errors.ToString(), StringComparison.Ordinal);
        Assert.Contains("--folds takes 2 to 10, not 11.", errors.ToString(), StringComparison.Ordinal);
        Assert.Contains("not \"Mine!\".", errors.ToString(), StringComparison.Ordinal);
        Assert.Contains("--from takes a date 1950-01-01 to 2129-06-05, not \"soon\".", errors.ToString(), StringComparison.Ordinal);
        Assert.False(Directory.Exists(In("out")));
    }

    [Theory]
    [InlineData("none.csv", null, "there is no such file")]
    [InlineData("table.xlsx", "PK", "the ending says the format, .csv or .arff; save spreadsheets as CSV UTF-8")]
    [InlineData("table.csv", "a,outcome\n1,1\n", "2 rows, at least 200 are needed")]
    public void A_file_that_cannot_be_fitted_to_is_refused_with_the_way_out(string name, string? text, string message)
    {
        if (text is not null)
        {
            Save(name, text.Replace("1,1\n", "1,1\n1,0\n", StringComparison.Ordinal));
        }

        var (code, _, errors) = Run(name, "out");

        Assert.Equal(FitScorecard.Refused, code);
        Assert.Contains(message, errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(In("out")));
    }

    [Fact]
    public void A_file_in_another_encoding_is_refused_with_the_way_out()
    {
        File.WriteAllBytes(In("gbk.csv"), [0xC6, 0xF3, 0xD2, 0xB5, .. "\n"u8]);

        Assert.Contains("gbk.csv: is not UTF-8; save it as CSV UTF-8", Run("gbk.csv", "out").Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Columns_that_say_nothing_make_no_pack()
    {
        Save("same.csv", "a,outcome\n" + string.Concat(Enumerable.Range(0, 300).Select(row => $"1,{row % 2}\n")));

        var (code, _, errors) = Run("same.csv", "out");

        Assert.Equal(FitScorecard.Refused, code);
        Assert.Contains("no column tells the outcomes of \"outcome\" apart", errors, StringComparison.Ordinal);
    }

    private FitRequest Request(string data, string output) => new(In(data), "outcome", In(output), 20, 5, null, [], FitRequest.FirstDay);

    private (int Code, string Said, string Errors) Run(string data, string output)
    {
        using var said = new StringWriter();
        using var errors = new StringWriter();
        return (FitScorecard.Run(Request(data, output), said, errors), said.ToString(), errors.ToString());
    }

    private void Save(string name, string text) => File.WriteAllText(In(name), text, new UTF8Encoding(false));

    private string In(params string[] path) => Path.Combine([folder, .. path]);
}
