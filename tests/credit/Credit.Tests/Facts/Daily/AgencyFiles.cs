using System.Globalization;
using System.Text;
using Backbone.Audit.Outbox;
using Backbone.Credit.Facts.Daily;
using Backbone.Credit.Facts.Files;
using Backbone.Credit.Storage;
using Backbone.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Backbone.Credit.Tests.Facts.Daily;

/// <summary>An agency that puts files of penalties into its folder, and a host that is told when to look.</summary>
internal static class AgencyFiles
{
    public const string Source = "agency-of-daily-files";

    private const string Headings = "行政相对人名称,统一社会信用代码,行政处罚决定书文号,失信程度,罚款金额（万元）,处罚依据,处罚决定日期,公示截止期,处罚机关";

    public static Task<BackboneFixture> StartAsync(string data, string folder, Action<FixtureSettings>? more = null) => BackboneFixture.StartAsync(settings =>
    {
        settings.DataDirectory = data;
        settings.Settings["Backbone:Credit:Grading:Minutes"] = "0";
        settings.Settings["Backbone:Credit:DailyFiles:Seconds"] = "0";
        settings.Settings["Backbone:Credit:DailyFiles:StillSeconds"] = "0";
        settings.Settings["Backbone:Credit:DailyFiles:Agencies:0:Folder"] = folder;
        settings.Settings["Backbone:Credit:DailyFiles:Agencies:0:Source"] = Source;
        more?.Invoke(settings);
    });

    public static string Row(string document, string entity = "91370200264574251E") =>
        $"某公司,{entity},{document},一般,1.2,广告法 第五十五条,2026-05-20,2027-05-19,济南市市场监督管理局\n";

    /// <summary>A file of so many penalties, none of them in another file.</summary>
    public static string File(string name, int rows) =>
        Headings + "\n" + string.Concat(Enumerable.Range(1, rows).Select(row => Row(string.Create(CultureInfo.InvariantCulture, $"{name}〔2026〕{row}号"))));

    public static void Put(string folder, string name, string text) => System.IO.File.WriteAllText(Path.Combine(folder, name), text, Encoding.UTF8);

    /// <summary>Two looks: what is the same at the second is taken.</summary>
    public static async Task LookTwiceAsync(BackboneFixture backbone)
    {
        await backbone.Services.GetRequiredService<TakeRegularly>().RoundAsync(TestContext.Current.CancellationToken);
        await backbone.Services.GetRequiredService<TakeRegularly>().RoundAsync(TestContext.Current.CancellationToken);
    }

    public static async Task<T> AskAsync<T>(BackboneFixture backbone, Func<CreditDb, Task<T>> ask)
    {
        await using var scope = backbone.Services.CreateAsyncScope();
        return await ask(scope.ServiceProvider.GetRequiredService<CreditDb>());
    }

    public static Task<List<string>> DocumentsAsync(BackboneFixture backbone) =>
        AskAsync(backbone, db => db.Facts.Where(fact => fact.Source == Source).Select(fact => fact.Document).ToListAsync(TestContext.Current.CancellationToken));

    public static Task<List<FactFile>> TakenAsync(BackboneFixture backbone) =>
        AskAsync(backbone, db => db.FactFiles.AsNoTracking().Where(file => file.Origin == FileOrigin.Daily).OrderBy(file => file.Name).ToListAsync(TestContext.Current.CancellationToken));

    /// <summary>How many events of files taken the log has, once nothing waits for it.</summary>
    public static async Task<int> EventsAsync(BackboneFixture backbone, string with = "")
    {
        // The host's own relay may have them in its hands: then there is nothing to carry, and they are not in the log yet.
        var relay = backbone.Services.GetServices<IHostedService>().OfType<OutboxRelay<CreditDb>>().Single();
        do
        {
            await relay.DrainAsync(TestContext.Current.CancellationToken);
        }
        while (await AskAsync(backbone, db => db.Set<OutboxEntry>().AnyAsync(TestContext.Current.CancellationToken)));

        return OpenFile.ReadLog(backbone.DataDirectory).Split("{\"@timestamp\"").Count(one =>
            one.Contains("\"fact-file-take\"", StringComparison.Ordinal) && one.Contains(with, StringComparison.Ordinal));
    }

    public static string[] NamesIn(string folder) => Directory.Exists(folder)
        ? [.. Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)]
        : [];
}
