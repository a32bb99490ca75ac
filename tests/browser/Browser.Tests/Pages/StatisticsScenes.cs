using System.Globalization;

namespace Backbone.Browser.Tests.Pages;

/// <summary>
/// Statistics of credit: the console's, everybody's, and the monitoring of releases. A country's counts are written into the database: nobody reports so
/// many facts for a picture.
/// </summary>
internal sealed class StatisticsScenes(BrowserWorld world, Album album)
{
    private static readonly string[] Regions = ["10", "11", "12", "13", "21", "31", "32", "33", "35", "37", "41", "42", "44", "51"];
    private static readonly string[] Grades = ["A", "B", "C", "D"];

    public async Task LookAsync()
    {
        await using var officer = await album.OpenAsync();
        await officer.SignInAsync(world, world.Account("credit-1"), "/console");
        await using var anybody = await album.OpenAsync();

        // A system in its first days: some organisations, and nothing to compare with.
        await world.AlterAsync("DELETE FROM statistics", "DELETE FROM pack_releases", "DELETE FROM release_back_tests", Release(0, "cn-national 1"));
        await CountsAsync(0, profiles: false, ("11", 4, 2), ("37", 30, 1));
        await album.VisitAsync(officer, "/console/credit/statistics", "statistics-young");
        await album.VisitAsync(anybody, $"/credit/monitoring?since={CreditFacts.Day(0)}", "monitoring-first");

        // Two releases, few organisations.
        await world.AlterAsync(Release(70, "cn-national 0"));
        await CountsAsync(65, profiles: false, ("37", 30, 2));
        await CountsAsync(30, profiles: false, ("37", 30, 3));
        await album.VisitAsync(anybody, $"/credit/monitoring?since={CreditFacts.Day(0)}", "monitoring-few");
        await album.VisitAsync(anybody, $"/credit/monitoring?since={CreditFacts.Day(70)}", "monitoring-few-former");
        await CountryAsync();
        await album.VisitAsync(officer, "/console/credit/statistics", "statistics-closed");
        await officer.Page.EvaluateAsync("document.querySelectorAll('main details').forEach(one => one.open = true)");
        await album.LookAsync(officer, "/console/credit/statistics");
        await album.VisitAsync(anybody, "/credit/register");
        await album.VisitAsync(anybody, "/credit/monitoring");
        await album.VisitAsync(anybody, $"/credit/monitoring?since={CreditFacts.Day(105)}", "monitoring-former");
    }

    /// <summary>Five months of 14 provinces, two of them small; two releases, back-tests, and what the console shows beside.</summary>
    private async Task CountryAsync()
    {
        await world.AlterAsync("DELETE FROM statistics", "DELETE FROM pack_releases", Release(105, "cn-national 0"), Release(65, "cn-national 1"));
        foreach (var ago in (int[])[150, 105, 70, 65, 32, 0])
        {
            var (worse, much) = (ago < 70 ? 700 : ago < 105 ? 2500 : 900, ago < 70 ? 2 : 1);
            await CountsAsync(ago, profiles: true, [.. Regions.Select((region, i) => (region, region is "10" or "35" ? 7 : (4000 + (i * 300)) * much, region is "10" or "35" ? 0 : (worse + (region == "37" ? 300 : i)) / much))]);
        }

        foreach (var (from, to, count) in new[] { ("A", "A", 30_000), ("A", "B", 4_000), ("B", "B", 9_000), ("A", "C", 900), ("B", "C", 4), ("C", "C", 2_500), ("C", "D", 600), ("D", "D", 900), ("D", "A", 12) })
        {
            await CellAsync(0, 3, from, to, count);
        }

        foreach (var (from, to, count) in new[] { ("A", "B", 320), ("B", "A", 210), ("B", "C", 45), ("C", "D", 3), ("D", "C", 60), ("A", "D", 15) })
        {
            await CellAsync(0, 4, from, to, count);
        }

        foreach (var (kind, state, count) in new[] { ("Objection", "Received", 31), ("Objection", "Granted", 120), ("Objection", "Rejected", 64), ("Repair", "Accepted", 18), ("Repair", "Granted", 240), ("Repair", "TakenBack", 2) })
        {
            await CellAsync(0, 5, kind, state, count);
        }

        foreach (var (kind, done, count) in new[] { ("Objection", "Correction", 80), ("Objection", "Withdrawal", 40), ("Repair", "Repair", 240) })
        {
            await CellAsync(0, 6, kind, done, count);
        }

        foreach (var (type, severity, count) in new[] { ("2", "1", 900), ("2", "2", 340), ("2", "3", 12), ("1", "0", 5200), ("11", "2", 4) })
        {
            await CellAsync(0, 7, type, severity, count);
        }

        foreach (var (authority, good, bad) in new[] { ("济南市市场监督管理局", 2100, 400), ("山东省生态环境厅", 1500, 150), ("青岛市应急管理局", 3000, 20) })
        {
            await CellAsync(0, 8, authority, "A", good);
            await CellAsync(0, 8, authority, "D", bad);
        }

        await world.AlterAsync(
            $"INSERT INTO release_back_tests SELECT Digest, '{CreditFacts.Day(400)}', 0, 4, 3700000, 8200, 0.834, 0.829, 0.839, 0.52, 0.51, 0.53, 0.47, 0.46, 0.48 FROM pack_releases WHERE Pack = 'cn-national 1'",
            $"INSERT INTO release_back_tests (Digest, Day, MadeAt, OneOf, Entities, Outcomes) SELECT Digest, '{CreditFacts.Day(500)}', 0, 1, 900, 4 FROM pack_releases WHERE Pack = 'cn-national 1'");
    }

    /// <summary>Organisations by region and grade, and by kind: all are enterprises but one in a hundred.</summary>
    private async Task CountsAsync(int daysAgo, bool profiles, params (string Region, int Good, int Bad)[] regions)
    {
        await world.AlterAsync($"DELETE FROM statistics WHERE Day = '{CreditFacts.Day(daysAgo)}'");
        var sums = new int[4];
        foreach (var (region, good, bad) in regions)
        {
            int[] counts = [good - (good / 4) - (good / 20), good / 4, good / 20, bad];
            for (var grade = 0; grade < 4; grade++)
            {
                sums[grade] += counts[grade];
                await CellAsync(daysAgo, 1, region, Grades[grade], counts[grade]);
            }
        }

        for (var grade = 0; grade < 4; grade++)
        {
            await CellAsync(daysAgo, 2, "91", Grades[grade], sums[grade] - (sums[grade] / 100));
            await CellAsync(daysAgo, 2, "52", Grades[grade], sums[grade] / 100);
            if (profiles)
            {
                await SharesAsync(daysAgo, 9, grade, sums[grade], ("C", 410 + (grade * 60)), ("F", 300 - (grade * 60)), ("E", 150), ("I", 60), ("T", grade == 0 ? 1 : 0));
                await SharesAsync(daysAgo, 10, grade, sums[grade], ("1", 15), ("2", 110), ("3", 330), ("4", 480));
                await SharesAsync(daysAgo, 11, grade, sums[grade], ("0", 90 + (grade * 40)), ("1", 200), ("2", 190), ("3", 240 - (grade * 40)), ("4", 150), ("5", 50));
            }
        }

        for (var shard = 0; shard < 4; shard++)
        {
            await world.AlterAsync(string.Create(CultureInfo.InvariantCulture, $"INSERT INTO statistics VALUES ('{CreditFacts.Day(daysAgo)}', '4-{shard}', 0, '', '', {(shard == 0 ? sums.Sum() : 0)})"));
        }
    }

    /// <summary>Parts of a thousand; whom the registry told nothing of are the rest.</summary>
    private async Task SharesAsync(int daysAgo, int kind, int grade, int all, params (string Group, int Share)[] shares)
    {
        var rest = all;
        foreach (var (group, share) in shares)
        {
            var count = (int)((long)all * share / 1000);
            rest -= count;
            await CellAsync(daysAgo, kind, group, Grades[grade], count);
        }

        await CellAsync(daysAgo, kind, "", Grades[grade], rest);
    }

    private Task CellAsync(int daysAgo, int kind, string group, string value, int count) => count == 0
        ? Task.CompletedTask
        : world.AlterAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"INSERT INTO statistics (Day, Shard, Kind, \"Group\", Value, Count) VALUES ('{CreditFacts.Day(daysAgo)}', '4-0', {kind}, '{group}', '{value}', {count})"));

    private static string Release(int daysAgo, string pack) =>
        $"INSERT INTO pack_releases (Since, Digest, Pack) VALUES ('{CreditFacts.Day(daysAgo)}', '{new string(pack[^1], 64)}', '{pack}')";
}
