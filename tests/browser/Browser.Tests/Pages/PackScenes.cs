using System.Globalization;
using System.Text;
using Backbone.Platform.Entities;
using Backbone.Testing;
using Microsoft.Playwright;

namespace Backbone.Browser.Tests.Pages;

/// <summary>Policy packs: one person hands them in, two others approve or refuse, and their impact is shown. Played when organisations have facts.</summary>
internal sealed class PackScenes(BrowserWorld world, Album album)
{
    private const string List = "/console/credit/packs";

    private static readonly string National = File.ReadAllText(Path.Combine(Repository.Root, "credit", "Credit", "Packs", "built-in", "cn-national.yml"));

    private WatchedPage author = null!;
    private WatchedPage first = null!;
    private WatchedPage second = null!;

    public async Task LookAsync()
    {
        await world.ForgetCodesAsync();
        await FactsAsync();
        await using var one = author = await album.OpenAsync();
        await using var two = first = await album.OpenAsync();
        await using var three = second = await album.OpenAsync();
        await author.SignInAsync(world, world.Account("policy-1"), "/console");
        await album.VisitAsync(author, "/console", "console-of-a-policy-person");
        await first.SignInAsync(world, world.Account("policy-2"), "/console");
        await second.SignInAsync(world, world.Account("policy-3"), "/console");
        await album.VisitAsync(author, List, "packs-none");
        await FaultsAsync();
        var waiting = await ApprovalsAsync();
        var altered = await EndsAsync();
        await ImpactAsync(waiting);
        await NoImpactAsync(altered);
        await BrokenAsync();
    }

    /// <summary>Organisations of several provinces, so that there is somebody to move.</summary>
    private async Task FactsAsync()
    {
        foreach (var (region, number) in ((string[])["91370100", "91370200", "91110108", "91330100", "93370100", "51440300"]).Select((region, at) => (region, at)))
        {
            for (var i = 0; i < 4; i++)
            {
                var code = EntityCode.Compose(region, string.Create(CultureInfo.InvariantCulture, $"MB{(number * 10) + i:D6}")).ToString();
                await world.ReportAsync(code, [.. Enumerable.Range(0, i).Select(at => CreditFacts.Penalty("general", 20 + (200 * at), string.Create(CultureInfo.InvariantCulture, $"济市监处罚〔2026〕{at}号")))
                    .Append(CreditFacts.Grade("environmental-grade", "green", 20))]);
            }
        }

        // The registry told of all but social organisations.
        await world.AlterAsync(
            "INSERT OR IGNORE INTO profiles (Entity, Section, Size, Established, AsOf, Recorded, Source) "
            + "SELECT DISTINCT Entity, substr('CFE', 1 + unicode(substr(Entity, 16, 1)) % 3, 1), 1 + unicode(substr(Entity, 16, 1)) % 4, '2015-03-01', '2026-01-01', 0, 'registry' "
            + "FROM facts WHERE Entity NOT LIKE '51%'");
    }

    private async Task FaultsAsync()
    {
        await album.VisitAsync(author, List + "/new", "pack-new");
        await author.Page.FillAsync("#from", "");
        await author.SendFormOfAsync("reason");
        await album.LookAsync(author, "pack-empty");
        await HandInAsync(Pack(2).Replace("shape: recency", "shape: magic", StringComparison.Ordinal).Replace("points: -3\n", "points: many\n", StringComparison.Ordinal), 0);
        await album.LookAsync(author, "pack-faulty");
        await HandInAsync(Pack(2), 0, "379999198506180037");
        await album.LookAsync(author, "pack-reason-of-a-person");
    }

    /// <summary>Handed in, refused to the author, approved by two; in force tomorrow.</summary>
    private async Task<string> ApprovalsAsync()
    {
        await HandInAsync(Other(2), 1);
        await album.LookAsync(author, "pack-handed-in");
        var address = author.Path;
        await author.Page.EvaluateAsync("document.querySelector('button[value=refuse]').value = 'approve'");
        await author.PressAsync("main button[name=act]");
        await album.LookAsync(author, "pack-same-person");
        await HandInAsync(Pack(2), 1);
        await album.LookAsync(author, "pack-known-already");
        await album.VisitAsync(first, address, "pack-to-approve");
        await first.PressAsync("main button[value=approve]");
        await album.LookAsync(first, "pack-approved-once");
        await album.VisitAsync(second, address, "pack-to-sign");
        await second.PressAsync("main button[value=refuse]");
        await album.LookAsync(second, "pack-refused-without-reason");
        await second.PressAsync("main button[value=approve]");
        await album.LookAsync(second, "pack-signed");
        return address;
    }

    /// <summary>Refused, decided by an older page, altered between two approvals, in force, and superseded.</summary>
    /// <returns>The one that was altered: how soon the host finds that it has no impact any more is chance.</returns>
    private async Task<string> EndsAsync()
    {
        await HandInAsync(Pack(3), 0);
        var refused = author.Path;
        await second.GoAsync(new Uri(world.Portal, refused));
        await first.GoAsync(new Uri(world.Portal, refused));
        await first.Page.FillAsync("#reason", "依据不足，请补充。");
        await first.PressAsync("main button[value=refuse]");
        await album.LookAsync(first, "pack-refused");
        await second.PressAsync("main button[value=approve]");
        await album.LookAsync(second, "pack-changed-meanwhile");
        await world.AlterAsync($"DELETE FROM pack_impacts WHERE Pack = (SELECT Id FROM packs WHERE Version = 3)");
        await album.VisitAsync(second, refused, "pack-without-impact");
        await HandInAsync(Pack(4), 0);
        var altered = author.Path;
        await first.GoAsync(new Uri(world.Portal, altered));
        await world.AlterAsync("UPDATE packs SET Content = zeroblob(10) WHERE Version = 4");
        await first.PressAsync("main button[value=approve]");
        await album.LookAsync(first, "pack-unfit");
        foreach (var version in (int[])[5, 6])
        {
            await HandInAsync(version == 6 ? Rare(version) : Pack(version), 0);
            var address = author.Path;
            await first.GoAsync(new Uri(world.Portal, address));
            await first.PressAsync("main button[value=approve]");
            await second.GoAsync(new Uri(world.Portal, address));
            await second.PressAsync("main button[value=approve]");
            await album.LookAsync(second, $"pack-in-force-{version}");
        }

        await album.VisitAsync(author, List, "packs");
        return altered;
    }

    private async Task ImpactAsync(string address)
    {
        await ComputedAsync(address, "#impact table");
        await OpenAllAsync(author);
        await album.LookAsync(author, "pack-impact");
    }

    private async Task NoImpactAsync(string altered)
    {
        await world.AlterAsync("DELETE FROM pack_impacts WHERE Pack = (SELECT Id FROM packs WHERE Version = 4)");
        await ComputedAsync(altered, "#impact p > span[translate=no]");
        await album.LookAsync(author, "pack-impact-cannot-be-computed");
    }

    /// <summary>The host grades each minute, and computes what a pack would do some seconds later.</summary>
    private async Task ComputedAsync(string address, string shown)
    {
        for (var tries = 0; tries < 100; tries++)
        {
            await author.GoAsync(new Uri(world.Portal, address));
            if (await author.Page.Locator(shown).CountAsync() > 0 && await author.Page.Locator("#impact progress").CountAsync() == 0)
            {
                return;
            }

            await Task.Delay(1000);
        }
    }

    private async Task BrokenAsync()
    {
        await world.AlterAsync("UPDATE packs SET InForceFrom = '2026-05-01' WHERE Version = 6");
        await Task.Delay(TimeSpan.FromSeconds(5));
        await album.VisitAsync(author, List, "packs-broken");
        await author.PressAsync("main tbody tr:first-child a");
        await album.LookAsync(author, "pack-broken");
    }

    private async Task HandInAsync(string pack, int days, string reason = "按新的依据调整分值。")
    {
        await author.GoAsync(new Uri(world.Portal, List + "/new"));
        await author.Page.SetInputFilesAsync("#file", new FilePayload { Name = "pack.yml", MimeType = "application/yaml", Buffer = Encoding.UTF8.GetBytes(pack) });
        await author.Page.FillAsync("#from", CreditFacts.Day(-days));
        await author.Page.FillAsync("#reason", reason);
        await author.SendFormOfAsync("reason");
        await author.ArrivedAsync();
    }

    private static string Pack(int version) =>
        National.Replace("\nversion: 1\n", string.Create(CultureInfo.InvariantCulture, $"\nversion: {version}\n"), StringComparison.Ordinal);

    /// <summary>Harder on penalties, kinder to clean firms: there are who get better and who get worse.</summary>
    private static string Other(int version) => Pack(version)
        .Replace("    points: -12\n", "    points: -30\n", StringComparison.Ordinal).Replace("floor: -48", "floor: -90", StringComparison.Ordinal)
        .Replace("{ from: 4, points: 4 }", "{ from: 4, points: 20 }", StringComparison.Ordinal);

    /// <summary>With what packs can have and the national one has not.</summary>
    private static string Rare(int version) => Pack(version)
        .Replace("\nfrom: 2026-04-02\ncounts-disputed: false\n", "\nfrom: 2026-04-02\nto: 2040-01-01\ncounts-disputed: true\n", StringComparison.Ordinal)
        .Replace("\nrules:\n", """

            rules:
              - id: rare-count
                title: { zh: 近期异常次数, en: recent irregularities }
                shape: count
                direction: negative
                select: { facts: [abnormal-operation], within: P6M }
                bands:
                  - { points: 0 }
                  - { from: 3, points: -2 }
                absent: 1
                basis: 企业信息公示暂行条例 第十七条
              - id: rare-presence
                title: { zh: 近期判决, en: recent judgements }
                shape: presence
                direction: negative
                select: { facts: [judgment-default], classes: [none], within: P30D }
                points: -1
                basis: 国办发〔2020〕49号

            """.ReplaceLineEndings("\n"), StringComparison.Ordinal);

    private static async Task OpenAllAsync(WatchedPage page)
    {
        foreach (var summary in await page.Page.Locator("main details > summary").AllAsync())
        {
            await summary.ClickAsync();
        }
    }
}
