using System.Net;
using Backbone.Credit.Facts.Daily;
using Backbone.Credit.Facts.Files;
using Backbone.Credit.Grading;
using Backbone.Platform.Web;
using Backbone.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Backbone.Credit.Tests.Facts.Daily;

public sealed class DailyFilesTests : IDisposable
{
    private readonly string data = Directory.CreateTempSubdirectory("backbone-daily-").FullName;
    private readonly string folder = Directory.CreateTempSubdirectory("backbone-agency-").FullName;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        Directory.Delete(data, recursive: true);
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_file_that_stands_still_is_taken_once_and_left_in_done_or_refused_with_a_report_of_every_problem(bool postgres)
    {
        await using var backbone = await AgencyFiles.StartAsync(data, folder, settings => settings.Postgres = postgres);
        AgencyFiles.Put(folder, "a.csv", AgencyFiles.File("青监", 3) + AgencyFiles.Row("青监〔2026〕9号", "92350100M000100Y40") + AgencyFiles.Row("=1+1").Replace("一般", "很坏", StringComparison.Ordinal));
        AgencyFiles.Put(folder, "b.csv", "无关的列\n1\n");
        AgencyFiles.Put(folder, "c.csv.part", AgencyFiles.File("没写完", 3));
        AgencyFiles.Put(folder, ".d.csv", AgencyFiles.File("藏着", 3));

        await AgencyFiles.LookTwiceAsync(backbone);

        Assert.Equal(["青监〔2026〕1号", "青监〔2026〕2号", "青监〔2026〕3号"], (await AgencyFiles.DocumentsAsync(backbone)).Order(StringComparer.Ordinal));
        Assert.Equal([".d.csv", "c.csv.part"], AgencyFiles.NamesIn(folder));
        Assert.Equal(["a.csv", "a.csv.report.csv"], AgencyFiles.NamesIn(Path.Combine(folder, "done")));
        Assert.Equal(["b.csv", "b.csv.report.csv"], AgencyFiles.NamesIn(Path.Combine(folder, "refused")));
        Assert.Empty(AgencyFiles.NamesIn(Path.Combine(folder, "taken")));
        var report = await File.ReadAllTextAsync(Path.Combine(folder, "done", "a.csv.report.csv"), Cancelled);
        Assert.Contains("新入库 / stored,3\r\n", report, StringComparison.Ordinal);
        Assert.Contains("5,统一社会信用代码,", report, StringComparison.Ordinal);
        Assert.Contains("6,失信程度,", report, StringComparison.Ordinal);
        Assert.DoesNotContain("92350100M000100Y40", report, StringComparison.Ordinal);
        Assert.Equal([(FileState.Stored, 3, 0, 2), (FileState.Refused, 0, 0, 0)], (await AgencyFiles.TakenAsync(backbone)).Select(file => (file.State, file.New, file.Known, file.Bad)));
        Assert.Equal((1, 1), (await AgencyFiles.EventsAsync(backbone, "\"success\""), await AgencyFiles.EventsAsync(backbone, "\"headings\"")));

        // The same again under another name, and what is new in a longer one.
        AgencyFiles.Put(folder, "again.csv", AgencyFiles.File("青监", 3) + AgencyFiles.Row("青监〔2026〕9号", "92350100M000100Y40") + AgencyFiles.Row("=1+1").Replace("一般", "很坏", StringComparison.Ordinal));
        AgencyFiles.Put(folder, "longer.csv", AgencyFiles.File("青监", 4));
        await AgencyFiles.LookTwiceAsync(backbone);

        Assert.Equal(4, (await AgencyFiles.DocumentsAsync(backbone)).Count);
        Assert.Contains("this file was taken before", await File.ReadAllTextAsync(Path.Combine(folder, "done", "again.csv.report.csv"), Cancelled), StringComparison.Ordinal);
        Assert.Equal(3, (await AgencyFiles.TakenAsync(backbone)).Count);
        Assert.Equal(3, await AgencyFiles.EventsAsync(backbone));
    }

    [Fact]
    public async Task A_file_that_is_still_being_written_is_not_read_and_one_that_is_said_to_be_complete_is_read_at_once()
    {
        await using var backbone = await AgencyFiles.StartAsync(data, folder, settings => settings.Settings["Backbone:Credit:DailyFiles:StillSeconds"] = "3600");
        var growing = AgencyFiles.File("长", 2);
        AgencyFiles.Put(folder, "growing.csv", growing);
        AgencyFiles.Put(folder, "fresh.csv", AgencyFiles.File("新", 1));
        AgencyFiles.Put(folder, "complete.csv", AgencyFiles.File("完", 1));
        AgencyFiles.Put(folder, "complete.csv.ok", "");
        foreach (var name in (string[])["growing.csv", "fresh.csv"])
        {
            File.SetLastWriteTimeUtc(Path.Combine(folder, name), TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(name == "fresh.csv" ? -0.5 : -2));
        }

        await backbone.Services.GetRequiredService<TakeRegularly>().RoundAsync(Cancelled);
        Assert.Equal(["fresh.csv", "growing.csv"], AgencyFiles.NamesIn(folder));

        // It grew, though its time says that it is old: a sender may set it.
        AgencyFiles.Put(folder, "growing.csv", AgencyFiles.File("长", 3));
        File.SetLastWriteTimeUtc(Path.Combine(folder, "growing.csv"), TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-2));
        await backbone.Services.GetRequiredService<TakeRegularly>().RoundAsync(Cancelled);
        Assert.Equal(["fresh.csv", "growing.csv"], AgencyFiles.NamesIn(folder));

        await backbone.Services.GetRequiredService<TakeRegularly>().RoundAsync(Cancelled);
        Assert.Equal(["fresh.csv"], AgencyFiles.NamesIn(folder));
        Assert.Equal(["complete.csv", "complete.csv.report.csv", "growing.csv", "growing.csv.report.csv"], AgencyFiles.NamesIn(Path.Combine(folder, "done")));
        Assert.Equal(4, (await AgencyFiles.DocumentsAsync(backbone)).Count);
    }

    [Fact]
    public async Task Hosts_that_share_a_folder_take_each_file_once()
    {
        const int Files = 12;
        await using var backbone = await AgencyFiles.StartAsync(data, folder, settings => settings.Postgres = true);
        for (var i = 0; i < Files; i++)
        {
            AgencyFiles.Put(folder, $"{i:00}.csv", AgencyFiles.File($"第{i}件", 20));
        }

        TakeRegularly[] hosts = [.. Enumerable.Range(0, 3).Select(_ => Host(backbone))];
        for (var round = 0; round < 4; round++)
        {
            await Task.WhenAll(hosts.Select(host => host.RoundAsync(Cancelled)));
        }

        Assert.Empty(AgencyFiles.NamesIn(folder));
        Assert.Equal(2 * Files, AgencyFiles.NamesIn(Path.Combine(folder, "done")).Length);
        Assert.Equal(Files, (await AgencyFiles.TakenAsync(backbone)).Count(file => file is { New: 20, Known: 0, Bad: 0 }));
        Assert.Equal(Files * 20, (await AgencyFiles.DocumentsAsync(backbone)).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(Files, await AgencyFiles.EventsAsync(backbone));

        // While another host has the folder, nothing of it is touched.
        AgencyFiles.Put(folder, "held.csv", AgencyFiles.File("等", 1));
        var lease = await ShardLease.TryTakeAsync(
            backbone.Services.GetRequiredService<IServiceScopeFactory>(), TakeRegularly.OfFolders, TakeRegularly.NumberOf(new() { Source = AgencyFiles.Source }), Cancelled);
        await AgencyFiles.LookTwiceAsync(backbone);
        Assert.Equal(["held.csv"], AgencyFiles.NamesIn(folder));
        await lease!.DisposeAsync();
        await AgencyFiles.LookTwiceAsync(backbone);
        Assert.Empty(AgencyFiles.NamesIn(folder));
        Array.ForEach(hosts, host => host.Dispose());
    }

    [Fact]
    public async Task A_file_outside_the_folder_is_never_read_through_a_link()
    {
        var secret = Path.Combine(data, "secret.csv");
        await File.WriteAllTextAsync(secret, AgencyFiles.File("密", 1), Cancelled);
        await using var backbone = await AgencyFiles.StartAsync(data, folder);
        File.CreateSymbolicLink(Path.Combine(folder, "link.csv"), secret);

        await AgencyFiles.LookTwiceAsync(backbone);
        await AgencyFiles.LookTwiceAsync(backbone);

        Assert.Empty(await AgencyFiles.DocumentsAsync(backbone));
        Assert.Equal(["link.csv"], AgencyFiles.NamesIn(folder));
    }

    [Fact]
    public async Task A_file_that_waits_too_long_and_a_folder_that_is_gone_are_told_by_the_check_of_health_and_the_page()
    {
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var backbone = await AgencyFiles.StartAsync(data, folder, settings => (settings.Demo, settings.Settings["Backbone:Credit:DailyFiles:StillSeconds"]) = (true, "3600"));
        AgencyFiles.Put(folder, "stuck.csv", AgencyFiles.File("等", 1));
        await AgencyFiles.LookTwiceAsync(backbone);
        var progress = backbone.Services.GetRequiredService<DailyProgress>();
        var health = new DailyHealth(progress, backbone.Services.GetRequiredService<IOptions<DailyOptions>>(), clock);

        Assert.Equal(HealthStatus.Healthy, (await health.CheckHealthAsync(new(), Cancelled)).Status);
        clock.Advance(TimeSpan.FromMinutes(61));
        Assert.Contains($"a file of {AgencyFiles.Source} has been waiting since", (await health.CheckHealthAsync(new(), Cancelled)).Description, StringComparison.Ordinal);

        using var clerk = new ScriptlessBrowser(backbone.Address);
        await clerk.SignInAsync(backbone.Address, backbone.Account("clerk-1"));
        await clerk.GoAsync(DailySetup.Path);
        Assert.Equal((HttpStatusCode.OK, "1"), (clerk.Status, clerk.Page.QuerySelector("tbody td.num")!.TextContent));
        Assert.DoesNotContain(folder, clerk.Body, StringComparison.Ordinal);

        Directory.Delete(folder, recursive: true);
        await AgencyFiles.LookTwiceAsync(backbone);
        Assert.Contains("the folder is not there", (await health.CheckHealthAsync(new(), Cancelled)).Description, StringComparison.Ordinal);
        Directory.CreateDirectory(folder);
    }

    private static TakeRegularly Host(BackboneFixture backbone)
    {
        var services = backbone.Services;
        return new(
            services.GetRequiredService<IServiceScopeFactory>(), services.GetRequiredService<TakeFile>(), services.GetRequiredService<DailyProgress>(),
            services.GetRequiredService<BackboneOptions>(), services.GetRequiredService<IOptions<DailyOptions>>(), TimeProvider.System,
            services.GetRequiredService<ILogger<CreditModule>>());
    }
}
