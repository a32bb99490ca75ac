namespace Backbone.Browser.Tests.Pages;

/// <summary>
/// A grade that is about to be published: the organisation reads why and answers, officers reply. Played with an organisation that has got so bad a grade,
/// by whoever represents it.
/// </summary>
internal sealed class NoticeScenes(BrowserWorld world, Album album)
{
    private const string Mine = "/credit/my/prior-notices";
    private const string Desk = "/console/credit/prior-notices";

    /// <summary>Before there is any.</summary>
    public async Task NoneAsync(WatchedPage person)
    {
        await album.VisitAsync(person, Mine, "prior-notices-none");
        await using var officer = await album.OpenAsync();
        await officer.SignInAsync(world, world.Account("credit-1"), "/console");
        await album.VisitAsync(officer, Desk + "?show=closed", "prior-desk-notices-none");
    }

    public async Task LookAsync(WatchedPage person, string code)
    {
        // Whoever asks finds it, before the scoring of all does.
        await world.RefusedAsync(code, "supervision");
        await using var first = await album.OpenAsync();
        await first.SignInAsync(world, world.Account("credit-1"), "/console");
        await using var second = await album.OpenAsync();
        await second.SignInAsync(world, world.Account("credit-2"), "/console");
        await album.VisitAsync(first, Desk, "prior-desk-notices");
        await first.PressAsync($"main tbody a[href*='{code}']");
        await album.LookAsync(first, "prior-desk-notice-unread");
        var desk = first.Path;
        await album.VisitAsync(person, "/credit/my", "my-credit-notice");
        await album.VisitAsync(person, "/credit/my/report", "credit-report-notice");
        await album.VisitAsync(person, Mine);
        await person.PressAsync("main .items a");
        await album.LookAsync(person, "prior-notice");
        var mine = person.Path;
        await AnswerAsync(person, mine);
        await album.VisitAsync(second, desk);
        await ReplyAsync(first, second, desk);
        await ContestAsync(person, first, mine, desk);
        await album.VisitAsync(person, mine, "prior-notice-replied");
        await DaysAsync(person, first, mine, desk, code);
        await EndsAsync(person, first, mine, desk, code);
    }

    private async Task AnswerAsync(WatchedPage person, string mine)
    {
        await person.SendFormOfAsync("text");
        await album.LookAsync(person, "prior-notice-empty");
        await person.PressAsync("#answer-statement");
        await person.Page.FillAsync("#text", "379999198506180037");
        await person.SendFormOfAsync("text");
        await album.LookAsync(person, "prior-notice-text-of-a-person");
        await person.GoAsync(new Uri(world.Portal, mine));
        await person.Page.EvaluateAsync("document.querySelector('#answer input[name=seen]').value = '0'");
        await person.PressAsync("#answer-statement");
        await person.Page.FillAsync("#text", "列入决定正在复议。");
        await person.SendFormOfAsync("text");
        await album.LookAsync(person, "prior-notice-changed-meanwhile");
        await person.PressAsync("#answer-statement");
        await person.Page.FillAsync("#text", "列入决定正在复议。\n复议决定作出后提交。");
        await person.SendFormOfAsync("text");
        await album.LookAsync(person, "prior-notice-answered");
    }

    private async Task ReplyAsync(WatchedPage first, WatchedPage second, string desk)
    {
        await album.VisitAsync(first, Desk + "?show=unanswered", "prior-desk-notices-unanswered");
        await album.VisitAsync(first, desk, "prior-desk-notice-answered");
        await first.PressAsync("main button[value=reply]");
        await album.LookAsync(first, "prior-desk-notice-without-reasons");
        await first.Page.FillAsync("#reason", "复议期间不停止执行。");
        await second.GoAsync(new Uri(world.Portal, desk));
        await first.PressAsync("main button[value=reply]");
        await album.LookAsync(first, "prior-desk-notice-replied");
        await second.Page.FillAsync("#reason", "复议期间不停止执行。");
        await second.PressAsync("main button[value=reply]");
        await album.LookAsync(second, "prior-desk-notice-changed-meanwhile");
    }

    /// <summary>What the notice tells of is objected to, and by the record of now nothing would be published.</summary>
    private async Task ContestAsync(WatchedPage person, WatchedPage first, string mine, string desk)
    {
        await person.GoAsync(new Uri(world.Portal, mine));
        await person.PressAsync("section[aria-labelledby=why] li:has(.badge.danger) a[href*='objections/new']");
        await person.Page.FillAsync("#grounds", "列入决定已被撤销。");
        await person.SendFormOfAsync("grounds");
        await person.Page.WaitForURLAsync(address => new Uri(address).Query == "?done=filed");
        await album.VisitAsync(first, desk, "prior-desk-notice-contested");
        await person.PressAsync("form[action$='/take-back'] button");
        await person.Page.WaitForURLAsync(address => new Uri(address).Query == "?done=taken-back");
        await first.GoAsync(new Uri(world.Portal, desk));
        await first.Page.FillAsync("#reason", "组织已陈述，无新事实。");
        await first.PressAsync("main button[value=publish]");
        await album.LookAsync(first, "prior-desk-notice-decided");
    }

    /// <summary>Last day, over, an answer nobody replied to, a year whose holidays nobody knows: days that no page brings about.</summary>
    private async Task DaysAsync(WatchedPage person, WatchedPage first, string mine, string desk, string code)
    {
        const string Open = "UPDATE prior_notices SET State = 0, ClosedAt = NULL, EndsOn = '2199-01-01', ";
        await AlterAsync($"{Open} DueOn = '{CreditFacts.Day(0)}', Answer = 2");
        await album.VisitAsync(person, mine, "prior-notice-last-day");
        await AlterAsync($"{Open} DueOn = '{CreditFacts.Day(20)}', RepliedAt = NULL, Answer = 1, RemindedAt = GivenAt, EscalatedAt = GivenAt");
        await album.VisitAsync(first, Desk + "?show=overdue", "prior-desk-notices-overdue");
        await new SupervisionScenes(world, album).NoticeAsync(code);
        await album.VisitAsync(first, desk, "prior-desk-notice-overdue");
        await album.VisitAsync(person, mine, "prior-notice-escalated");
        await AlterAsync($"{Open} DueOn = '{CreditFacts.Day(-3)}', RunsFrom = '2129-01-01', Answer = 3");
        await album.VisitAsync(person, mine, "prior-notice-far");
    }

    private async Task EndsAsync(WatchedPage person, WatchedPage first, string mine, string desk, string code)
    {
        foreach (var (state, act) in ((int, string)[])[(1, "publish"), (2, "end"), (3, "replace")])
        {
            await AlterAsync($"UPDATE prior_notices SET State = {state}, ClosedAt = GivenAt, Answer = 0, Before = NULL, RunsFrom = '{CreditFacts.Day(20)}', DueOn = '{CreditFacts.Day(10)}', EndsOn = '{CreditFacts.Day(9)}'");
            await AlterAsync(
                "INSERT INTO case_steps (Entity, Id, \"Case\", Act, At, \"By\", IsOrganisation, Reason) "
                + $"SELECT Entity, randomblob(16), Id, 'prior-notice-{act}', GivenAt, NULL, 0, '' FROM prior_notices WHERE Entity = '{code}'");
            await album.VisitAsync(person, mine, $"prior-notice-{act}");
        }

        await album.VisitAsync(first, Desk + "?show=closed", "prior-desk-notices-closed");
        await album.VisitAsync(first, desk, "prior-desk-notice-closed");
    }

    private async Task AlterAsync(string statement) => Assert.True(await world.AlterAsync(statement) >= 1, statement);
}
