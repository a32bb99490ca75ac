namespace Backbone.Browser.Tests.Pages;

/// <summary>What is overdue, as the supervisor is told of it, who puts an officer in charge. Days pass by hand: what the clock notes is written as it would.</summary>
internal sealed class SupervisionScenes(BrowserWorld world, Album album)
{
    private const string List = "/console/credit/supervision";
    private const string Newest = "(SELECT Id FROM cases ORDER BY FiledAt DESC LIMIT 1)";

    /// <summary>The newest case, which is an open repair.</summary>
    /// <param name="mine">Its page at the organisation.</param>
    public async Task LookAsync(WatchedPage person, WatchedPage first, WatchedPage second, string code, string id, string mine)
    {
        // Whoever opens a work list can be put in charge.
        await second.GoAsync(new Uri(world.Portal, "/console/credit/repairs"));
        await using var supervisor = await album.OpenAsync();
        await supervisor.SignInAsync(world, world.Account("supervisor-1"), "/console");
        await album.VisitAsync(supervisor, "/console", "console-of-a-credit-supervisor");
        await album.VisitAsync(supervisor, List, "supervision-none");
        var address = $"{List}/{code}/{id}";
        await AlterAsync($"UPDATE cases SET RemindedAt = FiledAt, EscalatedAt = FiledAt WHERE Id = {Newest}");
        foreach (var act in (string[])["remind", "escalate"])
        {
            await AlterAsync(
                "INSERT INTO case_steps (Entity, Id, \"Case\", Act, At, \"By\", IsOrganisation, Reason) "
                + $"SELECT Entity, randomblob(16), Id, 'case-{act}', FiledAt, NULL, 0, '' FROM cases WHERE Id = {Newest}");
        }

        await album.VisitAsync(person, mine, "repair-escalated");
        await album.VisitAsync(supervisor, List, "supervision");
        await supervisor.PressAsync($"main tbody a[href='{address}']");
        await album.LookAsync(supervisor, "supervision-matter");
        await supervisor.PressAsync("main button[value=instruct]");
        await album.LookAsync(supervisor, "supervision-without-words");
        await supervisor.Page.FillAsync("#remark", "379999198506180037");
        await supervisor.PressAsync("main button[value=assign]");
        await album.LookAsync(supervisor, "supervision-words-of-a-person");
        await supervisor.GoAsync(new Uri(world.Portal, address));
        await supervisor.Page.EvaluateAsync("document.querySelector('#supervise input[name=seen]').value = '99'");
        await supervisor.Page.FillAsync("#remark", "请今天办结。");
        await supervisor.PressAsync("main button[value=instruct]");
        await album.LookAsync(supervisor, "supervision-changed-meanwhile");
        await supervisor.Page.FillAsync("#remark", "请今天办结。");
        await supervisor.PressAsync("main button[value=instruct]");
        await album.LookAsync(supervisor, "supervision-instructed");
        await supervisor.Page.SelectOptionAsync("#officer", new Microsoft.Playwright.SelectOptionValue { Label = "孙信用" });
        await supervisor.PressAsync("main button[value=assign]");
        await album.LookAsync(supervisor, "supervision-assigned");
        await album.VisitAsync(second, "/console/credit/repairs?show=mine", "desk-mine");
        await album.VisitAsync(first, "/console/credit/repairs?show=escalated", "desk-escalated");
        await album.VisitAsync(first, $"/console/credit/cases/{code}/{id}", "desk-case-escalated");
        await AlterAsync($"UPDATE cases SET AssignedTo = randomblob(16) WHERE Id = {Newest}");
        await album.VisitAsync(supervisor, List, "supervision-officer-gone");
        await album.VisitAsync(supervisor, address, "supervision-matter-officer-gone");
        await AlterAsync($"UPDATE cases SET EscalatedAt = NULL, OverdueAt = NULL, DueOn = '{CreditFacts.Day(0)}', RunsFrom = '{CreditFacts.Day(2)}' WHERE Id = {Newest}");
        await album.VisitAsync(first, "/console/credit/repairs?show=reminded", "desk-reminded");
    }

    /// <summary>A statement about a notice that nobody replied to, marked as told of.</summary>
    public async Task NoticeAsync(string code)
    {
        foreach (var act in (string[])["remind", "escalate", "assign", "instruct"])
        {
            await AlterAsync(
                "INSERT INTO case_steps (Entity, Id, \"Case\", Act, At, \"By\", IsOrganisation, Reason) "
                + $"SELECT Entity, randomblob(16), Id, 'prior-notice-{act}', GivenAt, NULL, 0, '' FROM prior_notices WHERE Entity = '{code}'");
        }

        await using var supervisor = await album.OpenAsync();
        await supervisor.SignInAsync(world, world.Account("supervisor-1"), "/console");
        await album.VisitAsync(supervisor, List, "supervision-notice");
        await supervisor.PressAsync($"main tbody a[href*='{code}']");
        await album.LookAsync(supervisor, "supervision-matter-notice");
    }

    private async Task AlterAsync(string statement) => Assert.True(await world.AlterAsync(statement) >= 1, statement);
}
