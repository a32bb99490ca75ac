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
        await album.VisitAsync(page, "/console/audit?outcome=failure&client=console", "audit-none-older");
        await album.VisitAsync(page, "/console/audit?before=1&action=no-such-action", "audit-no-match");
        await album.VisitAsync(page, "/console/audit?before=20", "audit-older");
        await album.VisitAsync(page, "/console/audit?outcome=failure", "audit-failures");
        var wrong = "action=BAD%20ACTION&outcome=perhaps&user=nobody&from=yesterday&to=tomorrow&before=first"
            + $"&client={new string('c', 201)}&text={new string('t', 201)}";
        await album.VisitAsync(page, "/console/audit?" + wrong, "audit-wrong-query");
        await album.VisitAsync(page, "/console/audit/0");
        await OpenNewestAsync(page, "action=sign-in&outcome=failure");
        await album.LookAsync(page, "audit-event-of-a-refusal");
        await OpenNewestAsync(page, "action=sign-in&outcome=success");
        await album.LookAsync(page, "audit-event-of-a-sign-in");
        // The newest view is the one just made: of an event about a person, who is then the target.
        await OpenNewestAsync(page, "action=audit-view");
        await album.LookAsync(page, "audit-event-of-a-view");
        await album.VisitAsync(page, "/console/audit/999999999", "audit-event-none");
    }

    private async Task OpenNewestAsync(WatchedPage page, string query)
    {
        await page.GoAsync(new Uri(world.Portal, "/console/audit?" + query));
        await page.Page.Locator("main td a[href^='/console/audit/']").First.ClickAsync();
        await page.Page.WaitForURLAsync(address => new Uri(address).Query.Length == 0);
    }
}
