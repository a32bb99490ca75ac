using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Backbone.Browser.Tests.Pages;

/// <summary>Who was told to stop using a fact, and how messages got to programs: as the organisation and the credit officers see it.</summary>
internal sealed class TellingScenes(BrowserWorld world, Album album, string code)
{
    private const string Mine = "/credit/my/notices";
    private const string Notices = "/console/credit/notices";
    private const string Programs = "/console/credit/webhooks";

    /// <summary>Thirty days as the store writes times.</summary>
    private const long Later = 30L * 86_400 * 10_000 * 2_048;

    /// <summary>Before anybody was told anything.</summary>
    public async Task NobodyAsync(WatchedPage person, WatchedPage officer)
    {
        await album.VisitAsync(person, Mine, "my-notices-none");
        await album.VisitAsync(officer, Notices, "credit-notices-none");
        await album.VisitAsync(officer, Programs, "programs-none");
    }

    /// <summary>A program subscribes, and has a report.</summary>
    public async Task AskAsync(WatchedPage officer)
    {
        await world.SubscribeAsync(code, "https://receiver.invalid/hooks/credit", () => EmptyProgramAsync(officer));
        await world.AskAsync(code, "report");
    }

    /// <param name="repair">The address of a case that was granted after the report.</param>
    public async Task LookAsync(WatchedPage person, WatchedPage officer, string repair)
    {
        await TurnUpAsync(person);
        await album.LookAsync(person, "my-notices-first");
        await album.VisitAsync(person, repair, "repair-told");
        await StatesAsync();
        await album.VisitAsync(person, Mine, "my-notices");
        await album.VisitAsync(officer, Notices, "credit-notices");
        await album.VisitAsync(officer, Notices + "?show=overdue", "credit-notices-overdue");
        await album.VisitAsync(officer, Notices + "?show=acknowledged", "credit-notices-acknowledged");
        await album.VisitAsync(officer, Programs, "programs");
        await album.VisitAsync(officer, Programs + "/machine", "program");
        await album.VisitAsync(officer, Programs + "/machine?show=subscriptions", "program-subscriptions");
        await album.VisitAsync(officer, Programs + "/gone", "program-gone");
        await officer.PressAsync("main form[action$='/send-again'] button");
        await album.LookAsync(officer, "program-sent-again");
    }

    private async Task EmptyProgramAsync(WatchedPage officer)
    {
        await album.VisitAsync(officer, Programs + "/machine", "program-quiet");
        await album.VisitAsync(officer, Programs + "/machine?show=subscriptions", "program-without-subscriptions");
    }

    /// <summary>Notices are written some twenty seconds after the record.</summary>
    private async Task TurnUpAsync(WatchedPage person)
    {
        for (var tries = 0; tries < 60; tries++)
        {
            await person.GoAsync(new Uri(world.Portal, Mine));
            if (await person.Page.Locator("ul.items li").CountAsync() > 0)
            {
                return;
            }

            await Task.Delay(1000);
        }

        Assert.Fail("No notice came in a minute.");
    }

    /// <summary>What days and receivers bring about: others of the kind that there is one of.</summary>
    private async Task StatesAsync()
    {
        await NoticeAsync(named: 0, kind: 1, days: 3, acknowledged: false, sent: (0, 0));
        await NoticeAsync(named: 1, kind: 2, days: 3, acknowledged: false, sent: (0, 2));
        await NoticeAsync(named: 1, kind: 2, days: -4, acknowledged: false, sent: (2, 9));
        await NoticeAsync(named: 1, kind: 5, days: -2, acknowledged: true, sent: (1, 0));
        await NoticeAsync(named: 0, kind: 5, days: -6, acknowledged: false, sent: (0, 1), client: "gone");
        await NoticeAsync(named: 1, kind: 1, days: 2, acknowledged: false, sent: null);
        await AlterAsync(
            "INSERT INTO webhook_secrets (Client, Sealed, Version) VALUES ('gone', x'00', 0)",
            "UPDATE webhook_secrets SET NoticeTarget = 'https://gone.invalid/secret' WHERE Client = 'gone'");
        foreach (var (state, failure, client) in ((int, string, string)[])
            [
                (2, "status 503", "machine"), (2, "no answer in time", "machine"), (0, "refused address", "machine"), (0, "no trusted certificate", "machine"),
                (0, "redirect", "machine"), (0, "no secret", "machine"), (0, "secret sealed otherwise", "machine"), (0, "no connection", "machine"),
                (0, "may ask no more", "gone"),
            ])
        {
            await MessageAsync("randomblob(16)", state, 3, failure, client, "credit.grade.changed");
        }
    }

    private async Task NoticeAsync(int named, int kind, int days, bool acknowledged, (int State, int Failures)? sent, string client = "machine")
    {
        var id = Guid.CreateVersion7().ToString("N");
        await AlterAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"INSERT INTO notices (Entity, Id, Client, Fact, Record, Named, Kind, Since, At, Body, DueOn, AcknowledgedAt) SELECT Entity, x'{id}', '{client}', Fact, randomblob(16), {named}, {kind}, Since, At, Body, '{CreditFacts.Day(-days)}', {(acknowledged ? "At" : "NULL")} FROM notices LIMIT 1"));
        if (sent is var (state, failures))
        {
            await MessageAsync($"x'{id}'", state, failures, failures > 0 ? "status 500" : "", client, "credit.notice.stop-using");
        }
    }

    /// <summary>Not due for thirty days: nobody tries it meanwhile.</summary>
    private Task MessageAsync(string id, int state, int failures, string failure, string client, string type) => AlterAsync(string.Create(
        CultureInfo.InvariantCulture,
        $"INSERT INTO deliveries (Entity, Id, Subscription, Client, Receiver, Type, Body, At, State, Attempts, Failures, TriedSince, NextAt, Failure) SELECT Entity, {id}, Subscription, '{client}', Receiver, '{type}', Body, At, {state}, {failures}, {failures}, At, NextAt + {Later}, '{failure}' FROM deliveries LIMIT 1"));

    private async Task AlterAsync(params string[] statements)
    {
        await using var connection = new SqliteConnection(
            $"Data Source={Path.Combine(Path.GetDirectoryName(world.Database)!, "credit", "credit.db")};Pooling=False");
        await connection.OpenAsync();
        foreach (var statement in statements)
        {
            await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Statements of these scenes, with days and numbers.
            command.CommandText = statement;
#pragma warning restore CA2100
            Assert.Equal(1, await command.ExecuteNonQueryAsync());
        }
    }
}
