using System.Net;
using Backbone.Credit.Storage;
using Backbone.Credit.Telling;
using Backbone.Credit.Tests.Reports;
using Backbone.Testing;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Credit.Tests.Telling;

/// <summary>A program that may ask no more is told nothing more; and one program's misfortune, or malice, is no other's.</summary>
public sealed class ProgramRightsTests : IDisposable
{
    private const string Resource = "urn:backbone:api:credit";

    private readonly DirectoryInfo catalogue = Directory.CreateTempSubdirectory("backbone-catalogue-");
    private readonly SetClock clock = new() { Now = TimeProvider.System.GetUtcNow() };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => catalogue.Delete(recursive: true);

    [Fact]
    public async Task Who_lost_the_scope_gets_nothing_more_and_what_waited_when_it_has_it_again()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var backbone = await StartAsync("agency");
        await backbone.SubscribeAsync(1, receiver.Url, "agency");
        await backbone.ChangeAsync(clock, [1]);
        await receiver.UntilAsync(1);

        MachineApp.Write(catalogue.FullName, "agency", "credit.facts.report", Resource);
        await Task.Delay(TimeSpan.FromSeconds(4), Cancelled);
        await backbone.ChangeAsync(clock, [1]);
        await backbone.UntilAsync(db => db.Deliveries.AnyAsync(one => one.Failure == "may ask no more", Cancelled));
        Assert.Single(receiver.All);

        MachineApp.Write(catalogue.FullName, "agency", "credit.read", Resource);
        await Task.Delay(TimeSpan.FromSeconds(4), Cancelled);
        clock.Now += TimeSpan.FromMinutes(1);
        await receiver.UntilAsync(2);

        // Gone from the catalogue is the same.
        File.Delete(Path.Combine(catalogue.FullName, "agency.yml"));
        await Task.Delay(TimeSpan.FromSeconds(4), Cancelled);
        await backbone.ChangeAsync(clock, [1]);
        await backbone.UntilAsync(db => db.Deliveries.AnyAsync(one => one.State == DeliveryState.Waiting && one.Failure == "may ask no more", Cancelled));
        Assert.Equal(2, receiver.All.Count);
    }

    /// <summary>It names as many receivers as it likes, none of which answers: others come through.</summary>
    [Fact]
    public async Task One_program_with_many_dead_receivers_holds_up_no_other_program()
    {
        await using var dead = new HostileReceiver((_, cancellation) => Task.Delay(Timeout.Infinite, cancellation));
        await using var well = await Receiver.StartAsync();
        await using var backbone = await StartAsync("agency", "other");
        foreach (var entity in Enumerable.Range(0, 100))
        {
            await backbone.SubscribeAsync(entity, $"http://127.0.1.{entity + 1}:{dead.Port}/", "agency");
        }

        await backbone.SubscribeAsync(0, well.Url, "other");
        await backbone.ChangeAsync(clock, Enumerable.Range(0, 100));

        await well.UntilAsync(1, seconds: 8);
        Assert.InRange(dead.Connections.Count, 1, 16);
    }

    [Fact]
    public async Task A_program_without_a_secret_does_not_make_a_receiver_rest_that_it_shares_with_another()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var backbone = await StartAsync("agency", "other");
        foreach (var entity in Enumerable.Range(0, 20))
        {
            await backbone.SubscribeAsync(entity, receiver.Url, "agency");
        }

        await backbone.AskAsync(db => db.WebhookSecrets.ExecuteDeleteAsync(Cancelled));
        await backbone.SubscribeAsync(30, receiver.Url, "other");
        await backbone.ChangeAsync(clock, [.. Enumerable.Range(0, 20), 30]);

        await receiver.UntilAsync(1, seconds: 15);
        Assert.All(receiver.All, one => Assert.Equal(Batch.MadeUpSegments.Entity(30).ToString(), one.Entity));
    }

    [Fact]
    public async Task What_was_given_up_is_sent_again_when_the_program_asks_with_the_same_id_and_only_its_own()
    {
        await using var receiver = await Receiver.StartAsync(status: 500);
        await using var backbone = await StartAsync("agency", "other");
        await backbone.SubscribeAsync(1, receiver.Url, "agency");
        await backbone.SubscribeAsync(1, receiver.Url, "other");
        await backbone.ChangeAsync(clock, [1]);
        await backbone.UntilAsync(db => db.Deliveries.AllAsync(one => one.Failures == 1, Cancelled));
        await backbone.AskAsync(db => db.Deliveries.ExecuteUpdateAsync(set => set.SetProperty(one => one.State, DeliveryState.Parked).SetProperty(one => one.DoneAt, clock.Now), Cancelled));
        var before = receiver.All.Select(one => one.Id).ToHashSet();
        receiver.Answer = (_, _) => Task.FromResult(200);
        clock.Now += TimeSpan.FromHours(100);

        using var program = await backbone.NewProgramAsync("agency", File.ReadAllText(Path.Combine(catalogue.FullName, "agency.secret")), "credit.read", Resource);
        using var answer = await program.PostAsync(new Uri(Subscribe.Path + "/send-again", UriKind.Relative), null, Cancelled);
        Assert.Equal((HttpStatusCode.OK, 1), (answer.StatusCode, ReportHost.Json(await answer.Content.ReadAsByteArrayAsync(Cancelled)).GetProperty("count").GetInt32()));

        await backbone.UntilAsync(db =>
        {
            // On and on: a receiver that failed rests from the time of its answer.
            clock.Now += TimeSpan.FromSeconds(10);
            return db.Deliveries.AnyAsync(one => one.Client == "agency" && one.State == DeliveryState.Delivered, Cancelled);
        });
        Assert.Subset(before, receiver.All.Select(one => one.Id).ToHashSet());
        Assert.True(await backbone.AskAsync(db => db.Deliveries.AllAsync(one => one.Client == "agency" || one.State == DeliveryState.Parked, Cancelled)));
        Assert.Equal(1, await backbone.LoggedAsync("webhook-send-again", "agency"));
    }

    private async Task<BackboneFixture> StartAsync(params string[] programs)
    {
        foreach (var program in programs)
        {
            MachineApp.Write(catalogue.FullName, program, "credit.read", Resource);
        }

        return await BackboneFixture.StartAsync(settings =>
        {
            (settings.Demo, settings.Clock) = (true, clock);
            settings.Settings["Backbone:Catalogue"] = catalogue.FullName;
            settings.Settings["Backbone:CataloguePoll"] = "00:00:01";
            settings.Settings["Backbone:Credit:Grading:Minutes"] = "0";
            settings.Settings["Backbone:Credit:Webhooks:Seconds"] = "2";
            settings.Settings["Backbone:Credit:Webhooks:Networks:0"] = "127.0.0.0/8";
        });
    }
}
