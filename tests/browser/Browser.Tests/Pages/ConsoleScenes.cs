using Backbone.Testing;

namespace Backbone.Browser.Tests.Pages;

/// <summary>The console of an administrator with a page and of one without; the audit log found, not found and asked wrongly.</summary>
internal sealed class ConsoleScenes(BrowserWorld world, Album album)
{
    public async Task LookAsync()
    {
        await using (var auditor = await album.OpenAsync())
        {
            await auditor.SignInAsync(world, world.Account(DemonstrationPeople.AuditAdministrator), "/console");
            await album.VisitAsync(auditor, "/console");
            await AuditAsync(auditor);
            await album.VisitAsync(auditor, "/console/signin-oidc?code=x&state=y", "console-stale-sign-in");
        }

        await using var system = await album.OpenAsync();
        await system.SignInAsync(world, world.Account("system-admin"), "/console");
        await album.VisitAsync(system, "/console", "console-without-pages");
        await album.VisitAsync(system, "/console/audit", "audit-refused");
    }

    private async Task AuditAsync(WatchedPage page)
    {
        await album.VisitAsync(page, "/console/audit");
        await album.VisitAsync(page, "/console/audit?last=24h", "audit-last-day");
        await album.VisitAsync(page, "/console/audit?last=30d&size=25&sort=oldest", "audit-last-month-oldest");
        await album.VisitAsync(page, "/console/audit?q=event.action:no-such-action", "audit-no-match");
        await album.VisitAsync(page, "/console/audit?q=event.action:signing-key-create&columns=@timestamp,event.module,auth.key.algorithm", "audit-columns");
        await album.VisitAsync(page, "/console/audit?size=25", "audit-first-page");
        await page.PressAsync(".pager a[rel=next]");
        await album.LookAsync(page, "audit-second-page");
        await album.VisitAsync(page, "/console/audit?q=" + Uri.EscapeDataString("event.outcome:failure and event.reason:\"wrong"), "audit-open-quote");
        await album.VisitAsync(page, "/console/audit?q=event.akcion:sign-in", "audit-unknown-field");
        await album.VisitAsync(
            page, "/console/audit?last=1y&from=yesterday&to=tomorrow&sort=sideways&size=9&columns=nothing&after=first", "audit-wrong-values");
        await album.VisitAsync(page, "/console/audit/0");
        await LiveAsync(page);
        await PurposeAsync(page);
        await SavedAsync(page);
        await OpenNewestAsync(page, "event.action:sign-in and event.outcome:failure");
        await album.LookAsync(page, "audit-event-of-a-refusal");
        await OpenNewestAsync(page, "event.action:sign-in and event.outcome:success");
        await album.LookAsync(page, "audit-event-of-a-sign-in");
        // The newest view is the one just made: of an event about a person, who is then the target.
        await OpenNewestAsync(page, "event.action:audit-view");
        await album.LookAsync(page, "audit-event-of-a-view");
        await album.VisitAsync(page, "/console/audit/999999999", "audit-event-none");
        await album.VisitAsync(page, "/console/audit/status");
        await album.VisitAsync(page, "/console/audit/held");
        await page.SendFormOfAsync("number");
        await album.LookAsync(page, "audit-held-empty");
        await new EraseScenes(world, album).LookAsync();
    }

    /// <summary>Opened, followed by a record that comes in, and held still while somebody reads.</summary>
    private async Task LiveAsync(WatchedPage page)
    {
        await album.VisitAsync(page, "/console/audit/live", "audit-live-all");
        await album.VisitAsync(page, "/console/audit/live?q=event.action:audit-view", "audit-live");
        await using var colleague = await album.OpenAsync();
        await colleague.SignInAsync(world, world.Account(DemonstrationPeople.AuditAdministrator), "/console");
        var rows = await page.Page.Locator("tbody tr").CountAsync();

        // Over the table it would be somebody reading.
        await page.Page.Mouse.MoveAsync(1, 1);
        await colleague.GoAsync(new Uri(world.Portal, "/console/audit/0"));
        await page.Page.Locator("tbody tr").Nth(rows).WaitForAsync();
        await album.LookAsync(page, "audit-live-going");
        await page.PressAsync("[data-live=pause]");
        await colleague.GoAsync(new Uri(world.Portal, "/console/audit/0"));
        await page.Page.Locator("[data-live=show]").WaitForAsync();
        await album.LookAsync(page, "audit-live-paused");
        await page.PressAsync("[data-live=show]");
        await page.Page.Locator("tbody tr").Nth(rows + 1).WaitForAsync();
    }

    /// <summary>A search about a person asks what for, and then comes back to itself.</summary>
    private async Task PurposeAsync(WatchedPage page)
    {
        await page.GoAsync(new Uri(world.Portal, "/console/audit?q=user.id:*%20and%20user.id:0*"));
        await album.LookAsync(page, "audit-purpose-asked");
        await page.SendFormOfAsync("reference");
        await album.LookAsync(page, "audit-purpose-empty");
        await page.FillAsync("reference", new string('9', 65));
        await page.SendFormOfAsync("reference");
        await album.LookAsync(page, "audit-purpose-too-long");
        await page.PressAsync("#code");
        await page.FillAsync("reference", "2026-0042");
        await page.SendFormOfAsync("reference");
        await page.Page.WaitForURLAsync(address => new Uri(address).AbsolutePath == "/console/audit");
        await album.LookAsync(page, "audit-search-for-a-person");
        await album.VisitAsync(page, "/console/audit/purpose");
    }

    private async Task SavedAsync(WatchedPage page)
    {
        await page.GoAsync(new Uri(world.Portal, "/console/audit?q=event.outcome:failure&last=7d"));
        await page.PressAsync(".after-search summary");
        await page.SendFormOfAsync("name");
        await album.LookAsync(page, "audit-saved-without-name");
        await page.GoAsync(new Uri(world.Portal, "/console/audit?q=event.outcome:failure&last=7d"));
        await page.PressAsync(".after-search summary");
        await page.FillAsync("name", album.Chinese ? "一周内的失败" : "Failures of a week");
        await page.PressAsync("#shared");
        await page.SendFormOfAsync("name");
        await page.Page.WaitForURLAsync(address => new Uri(address).AbsolutePath == "/console/audit");
        await page.PressAsync(".after-search summary");
        await album.LookAsync(page, "audit-saved");
    }

    /// <summary>The newest event that matches, once the index has it and a checkpoint covers it: both within seconds.</summary>
    private async Task OpenNewestAsync(WatchedPage page, string query)
    {
        var address = new Uri(world.Portal, "/console/audit?q=" + Uri.EscapeDataString(query));
        await page.GoAsync(address);
        for (var tries = 0; tries < 20 && await page.Page.Locator(".found td a[href^='/console/audit/']").CountAsync() == 0; tries++)
        {
            await page.Page.WaitForTimeoutAsync(500);
            await page.GoAsync(address);
        }

        await page.Page.Locator(".found td a[href^='/console/audit/']").First.ClickAsync();
        await page.Page.WaitForURLAsync(opened => new Uri(opened).Query.Length == 0);
        for (var tries = 0; tries < 20 && await page.Page.Locator("a[href$='/receipt']").CountAsync() == 0; tries++)
        {
            await page.Page.WaitForTimeoutAsync(500);
            await page.Page.ReloadAsync();
        }
    }
}
