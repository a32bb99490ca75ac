using System.Diagnostics;
using System.Globalization;
using System.Text;
using Backbone.Credit.Facts.Daily;
using Backbone.Credit.Facts.Files;
using Backbone.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Credit.Tests.Facts.Daily;

/// <summary>Who writes into an agency's folder may put there what they like: nothing outside of it is read, written or moved, and other files are taken.</summary>
public sealed class HostileFolderTests : IDisposable
{
    private readonly string data = Directory.CreateTempSubdirectory("backbone-daily-").FullName;
    private readonly string folder = Directory.CreateTempSubdirectory("backbone-agency-").FullName;
    private readonly string outside = Directory.CreateTempSubdirectory("backbone-outside-").FullName;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        Directory.Delete(data, recursive: true);
        Directory.Delete(folder, recursive: true);
        Directory.Delete(outside, recursive: true);
    }

    [Theory]
    [InlineData("taken")]
    [InlineData("done")]
    [InlineData("refused")]
    public async Task A_folder_that_is_a_link_leads_nowhere(string name)
    {
        await File.WriteAllTextAsync(Path.Combine(outside, "secret.csv"), AgencyFiles.File("密", 1), Cancelled);
        await using var backbone = await AgencyFiles.StartAsync(data, folder);
        Directory.CreateSymbolicLink(Path.Combine(folder, name), outside);
        AgencyFiles.Put(folder, "a.csv", name == "refused" ? "无关的列\n1\n" : AgencyFiles.File("青监", 1));

        await AgencyFiles.LookTwiceAsync(backbone);
        await AgencyFiles.LookTwiceAsync(backbone);

        Assert.Equal(["secret.csv"], AgencyFiles.NamesIn(outside));
        Assert.DoesNotContain(await AgencyFiles.DocumentsAsync(backbone), document => document.Contains('密', StringComparison.Ordinal));
        Assert.NotNull(Assert.Single(backbone.Services.GetRequiredService<DailyProgress>().All).Fault);

        // Once it is gone, the file goes on its way, and its facts are there once.
        Directory.Delete(Path.Combine(folder, name));
        await AgencyFiles.LookTwiceAsync(backbone);
        Assert.Equal(["a.csv", "a.csv.report.csv"], AgencyFiles.NamesIn(Path.Combine(folder, name == "refused" ? "refused" : "done")));
        Assert.Single(await AgencyFiles.TakenAsync(backbone));
    }

    [Fact]
    public async Task A_report_is_not_written_through_a_link_that_waits_where_it_is_made()
    {
        var precious = Path.Combine(outside, "precious.db");
        await File.WriteAllTextAsync(precious, "kept", Cancelled);
        await using var backbone = await AgencyFiles.StartAsync(data, folder);
        Directory.CreateDirectory(Path.Combine(folder, "done"));
        File.CreateSymbolicLink(Path.Combine(folder, "done", ".a.csv.tmp"), precious);
        File.CreateSymbolicLink(Path.Combine(folder, "done", "a.csv.report.csv"), precious);
        AgencyFiles.Put(folder, "a.csv", AgencyFiles.File("青监", 1));

        await AgencyFiles.LookTwiceAsync(backbone);

        Assert.Equal("kept", await File.ReadAllTextAsync(precious, Cancelled));
        Assert.Contains("stored,1", await File.ReadAllTextAsync(Path.Combine(folder, "done", "a.csv.report.csv"), Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pipe_and_a_folder_that_are_called_like_files_keep_nobody_waiting()
    {
        await using var backbone = await AgencyFiles.StartAsync(data, folder);
        using (var made = Process.Start("mkfifo", [Path.Combine(folder, "a.csv")]))
        {
            await made.WaitForExitAsync(Cancelled);
        }

        Directory.CreateDirectory(Path.Combine(folder, "b.csv"));
        AgencyFiles.Put(folder, "a.csv.ok", "");
        AgencyFiles.Put(folder, "c.csv", AgencyFiles.File("青监", 1));

        await AgencyFiles.LookTwiceAsync(backbone).WaitAsync(TimeSpan.FromSeconds(60), Cancelled);

        Assert.Single(await AgencyFiles.DocumentsAsync(backbone));
        Assert.Equal(1, Assert.Single(backbone.Services.GetRequiredService<DailyProgress>().All).Waiting);
    }

    [Fact]
    public async Task A_file_that_is_written_on_after_it_was_taken_is_taken_to_its_end_and_nothing_twice()
    {
        await using var backbone = await AgencyFiles.StartAsync(data, folder);
        var agency = new AgencyFolder(folder);
        AgencyFiles.Put(folder, "a.csv", AgencyFiles.File("青监", 2));
        await using var writer = new FileStream(Path.Combine(folder, "a.csv"), FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        var name = agency.Take("a.csv");
        var read = await agency.ReadAsync(name, Cancelled);

        // The sender has it open still, wherever it was moved.
        await writer.WriteAsync(Encoding.UTF8.GetBytes(AgencyFiles.Row("青监〔2026〕3号")), Cancelled);
        await writer.FlushAsync(Cancelled);

        Assert.False(agency.Finish(name, read!, refused: false, []));
        Assert.Equal(["a.csv"], AgencyFiles.NamesIn(Path.Combine(folder, "taken")));
        await AgencyFiles.LookTwiceAsync(backbone);
        Assert.Equal(3, (await AgencyFiles.DocumentsAsync(backbone)).Count);
        Assert.Equal(["a.csv", "a.csv.report.csv"], AgencyFiles.NamesIn(Path.Combine(folder, "done")));
    }

    [Fact]
    public async Task Whatever_a_file_is_called_and_however_large_it_is_it_finds_its_place_and_keeps_no_other_waiting()
    {
        await using var backbone = await AgencyFiles.StartAsync(data, folder);
        var longest = new string('长', 83) + ".csv";
        AgencyFiles.Put(folder, longest, AgencyFiles.File("长", 1));
        AgencyFiles.Put(folder, "a.csv.report.csv", AgencyFiles.File("甲", 1));
        AgencyFiles.Put(folder, " 名\n字.csv", AgencyFiles.File("丙", 1));
        await using (var large = File.Create(Path.Combine(folder, "large.csv")))
        {
            large.SetLength(FileBounds.MostBytes + 1L);
        }

        await AgencyFiles.LookTwiceAsync(backbone);

        Assert.Empty(AgencyFiles.NamesIn(folder));
        Assert.Empty(AgencyFiles.NamesIn(Path.Combine(folder, "taken")));
        var done = AgencyFiles.NamesIn(Path.Combine(folder, "done"));
        Assert.Equal(6, done.Length);
        Assert.Equal(3, (await AgencyFiles.DocumentsAsync(backbone)).Count);
        Assert.Contains("a.csv.report.csv.report.csv", done);
        Assert.Contains("至多 20 MiB", await File.ReadAllTextAsync(Path.Combine(folder, "refused", "large.csv.report.csv"), Cancelled), StringComparison.Ordinal);

        // What is there stays as it is, a file of the agency that is called like another's report, too.
        var before = await File.ReadAllTextAsync(Path.Combine(folder, "done", "a.csv.report.csv"), Cancelled);
        AgencyFiles.Put(folder, "a.csv", AgencyFiles.File("乙", 1));
        await AgencyFiles.LookTwiceAsync(backbone);
        AgencyFiles.Put(folder, "a-2.csv", AgencyFiles.File("丁", 1));
        await AgencyFiles.LookTwiceAsync(backbone);
        Assert.Equal(before, await File.ReadAllTextAsync(Path.Combine(folder, "done", "a.csv.report.csv"), Cancelled));
        Assert.Equal(
            ["a-2-2.csv", "a-2-2.csv.report.csv", "a-2.csv", "a-2.csv.report.csv", "a.csv.report.csv", "a.csv.report.csv.report.csv"],
            AgencyFiles.NamesIn(Path.Combine(folder, "done")).Where(name => name[0] == 'a'));
    }

    [Fact]
    public async Task No_cell_of_a_report_is_a_formula_whatever_stands_in_the_file_or_is_called_so()
    {
        await using var backbone = await AgencyFiles.StartAsync(data, folder);
        AgencyFiles.Put(folder, "a.csv", AgencyFiles.File("青监", 1) + string.Concat(
            "=+-@\t＝＋－＠".Select(first => AgencyFiles.Row(string.Create(CultureInfo.InvariantCulture, $"{first}1+1")).Replace("一般", $"\"{first}cmd|' /C calc'!A0\"", StringComparison.Ordinal))));
        AgencyFiles.Put(folder, "b.csv", "=1+1,@SUM(A1),-2,＋3\n1\n");

        await AgencyFiles.LookTwiceAsync(backbone);

        foreach (var report in (string[])["done/a.csv.report.csv", "refused/b.csv.report.csv"])
        {
            var rows = ReadCsvRows.Of((await File.ReadAllTextAsync(Path.Combine(folder, report), Cancelled)).TrimStart('\uFEFF')).ToList();
            Assert.Contains(rows, row => row.Cells.Any(cell => cell.StartsWith('\'')));
            Assert.All(rows.SelectMany(row => row.Cells), cell => Assert.False(cell.Length > 0 && "=+-@\t\r\n＝＋－＠".Contains(cell[0], StringComparison.Ordinal), cell));
        }
    }

    [Theory]
    [InlineData("/srv/a", "/srv/a/")]
    [InlineData("/srv/a", "/srv/b/../a")]
    [InlineData("/srv/a", "/srv/a/done")]
    [InlineData("agencies", "agencies/market")]
    public void Folders_of_two_agencies_stand_apart(string one, string other)
    {
        var options = new DailyOptions { Agencies = { new() { Folder = one, Source = "one" }, new() { Folder = other, Source = "other" } } };

        Assert.Contains("must name folders apart from each other", new DailyOptionsBounds().Validate(null, options).FailureMessage, StringComparison.Ordinal);
        options.Agencies[1].Folder = "/srv/ab";
        Assert.True(new DailyOptionsBounds().Validate(null, options).Succeeded);
    }
}
