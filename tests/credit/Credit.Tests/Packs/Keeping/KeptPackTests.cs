using System.Text;
using Backbone.Audit.Log.Notes;
using Backbone.Credit.Packs;
using Backbone.Credit.Packs.Keeping;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Credit.Tests.Packs.Keeping;

/// <summary>From handing in to coming in force, on both engines.</summary>
public sealed class KeptPackTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_pack_comes_in_force_on_its_day_when_two_others_approved_it_and_each_step_is_an_event(bool postgres)
    {
        await using var host = await PacksHost.StartAsync(postgres);
        var builtIn = host.Packs.Current;
        var first = await host.SubmittedAsync(PacksHost.Pack(2), host.Today.AddDays(3));
        Assert.Equal(DecideOutcome.Done, await host.DecideAsync(first.Id, PacksHost.First));
        Assert.Equal((PackState.ApprovedOnce, null), ((await host.RowAsync(first.Id)).State, (await host.RowAsync(first.Id)).Signature));
        Assert.Equal(DecideOutcome.Done, await host.DecideAsync(first.Id, PacksHost.Second));
        await host.Packs.RefreshAsync(Cancelled);
        Assert.Equal((PackState.Approved, builtIn), ((await host.RowAsync(first.Id)).State, host.Packs.Current));

        host.Clock.Now += TimeSpan.FromDays(3);
        await host.Packs.RefreshAsync(Cancelled);
        await host.Packs.RefreshAsync(Cancelled);
        Assert.Equal((first.Digest, 2), (host.Packs.Current.Digest, host.Packs.Current.Pack.Version));
        Assert.Equal(PackState.InForce, (await host.RowAsync(first.Id)).State);

        // Days before it are of the pack that was in force then.
        Assert.Equal(builtIn, host.Packs.On(host.Today.AddDays(-1)));
        var next = await host.SignedAsync(PacksHost.Pack(3, -20));
        Assert.Equal((next.Digest, PackState.InForce, PackState.Superseded), (host.Packs.Current.Digest, next.State, (await host.RowAsync(first.Id)).State));
        foreach (var (action, id) in (IEnumerable<(string, Guid)>)[("pack-submit", first.Id), ("pack-approve", first.Id), ("pack-sign", first.Id), ("pack-in-force", first.Id), ("pack-in-force", next.Id)])
        {
            Assert.Equal(1, await host.LoggedAsync($"\"{action}\"", $"{id:D}"));
        }

        Assert.Equal(1, await host.LoggedAsync("\"pack-in-force\"", $"{next.Id:D}", "cn-national 2"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nobody_approves_what_they_handed_in_or_approved_before_and_the_try_is_an_event(bool postgres)
    {
        await using var host = await PacksHost.StartAsync(postgres);
        var row = await host.SubmittedAsync(PacksHost.Pack(2));

        Assert.Equal(DecideOutcome.SamePerson, await host.DecideAsync(row.Id, PacksHost.Author));
        Assert.Equal(DecideOutcome.Done, await host.DecideAsync(row.Id, PacksHost.First));
        Assert.Equal(DecideOutcome.SamePerson, await host.DecideAsync(row.Id, PacksHost.First));
        Assert.Equal(DecideOutcome.SamePerson, await host.DecideAsync(row.Id, PacksHost.Author));

        Assert.Equal((PackState.ApprovedOnce, null), ((await host.RowAsync(row.Id)).State, (await host.RowAsync(row.Id)).Signature));
        Assert.Equal(3, await host.LoggedAsync("\"pack-approve\"", "same_person", $"{row.Id:D}"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_many_who_decide_at_once_one_is_first_and_nothing_is_doubled(bool postgres)
    {
        await using var host = await PacksHost.StartAsync(postgres);
        var row = await host.SubmittedAsync(PacksHost.Pack(2));
        var people = Enumerable.Range(10, 6).Select(number => PacksHost.Person((byte)number)).ToList();

        var approved = await Task.WhenAll(people.Select(one => host.DecideAsync(row.Id, one, seen: 0)));
        Assert.Single(approved, DecideOutcome.Done);
        Assert.Equal(5, approved.Count(one => one == DecideOutcome.Changed));
        var firstBy = (await host.RowAsync(row.Id)).FirstBy;

        // Some approve, some refuse; whoever was first is refused as the same person, or comes too late.
        var ended = await Task.WhenAll(people.Where(one => one.Person != firstBy).Select((one, at) => host.DecideAsync(row.Id, one, at % 2 == 0 ? PackAct.Approve : PackAct.Refuse, seen: 1, reason: "理由")));
        Assert.Single(ended, DecideOutcome.Done);
        var after = await host.RowAsync(row.Id);
        Assert.Equal(after.State == PackState.Approved, after.Signature is not null);
        Assert.Equal(3, await host.AskAsync(db => db.PackSteps.CountAsync(step => step.Pack == row.Id, Cancelled)));
        Assert.Equal(1, await host.LoggedAsync(after.State == PackState.Approved ? "\"pack-sign\"" : "\"pack-refuse\"", $"{row.Id:D}"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_version_is_kept_once_whoever_hands_it_in_at_the_same_time_and_none_below_the_newest(bool postgres)
    {
        await using var host = await PacksHost.StartAsync(postgres);

        var outcomes = await Task.WhenAll(Enumerable.Range(1, 5).Select(number => host.SubmitAsync(PacksHost.Pack(3, -20 - number), by: PacksHost.Person((byte)number))));

        Assert.Single(outcomes.OfType<SubmitOutcome.Submitted>());
        Assert.Equal(4, outcomes.OfType<SubmitOutcome.Known>().Count());
        Assert.IsType<SubmitOutcome.Known>(await host.SubmitAsync(PacksHost.Pack(2)));
        Assert.Equal(1, await host.AskAsync(db => db.Packs.CountAsync(Cancelled)));
        Assert.Equal(1, await host.LoggedAsync("\"pack-submit\""));
    }

    [Fact]
    public async Task What_is_wrong_with_a_pack_is_said_with_its_place_and_nothing_is_kept()
    {
        await using var host = await PacksHost.StartAsync(postgres: false);

        Assert.Contains(await FaultsAsync("no: pack"), fault => fault.Message.Contains("format", StringComparison.Ordinal) || fault.Place.Contains("pack.yml", StringComparison.Ordinal));
        Assert.Contains(await FaultsAsync(PacksHost.Pack(2).Replace("shape: recency", "shape: magic", StringComparison.Ordinal)), fault => fault.Place.StartsWith("pack.yml:", StringComparison.Ordinal));
        Assert.Contains(await FaultsAsync(PacksHost.Pack(2), host.Today.AddDays(-1)), fault => fault.Place == "in force from");
        Assert.Contains(await FaultsAsync(PacksHost.Pack(2).Replace("from: 2026-04-02", "from: 2027-01-01", StringComparison.Ordinal)), fault => fault.Place == "in force from");
        Assert.Contains(await FaultsAsync(PacksHost.Pack(2).Replace("id: supervision", "id: watching", StringComparison.Ordinal)), fault => fault.Place == "purposes");
        Assert.Contains(await FaultsAsync(PacksHost.Pack(1)), fault => fault.Place == "version");
        Assert.Equal(0, await host.AskAsync(db => db.Packs.CountAsync(Cancelled)));
        Assert.Equal(0, await host.LoggedAsync("\"pack-submit\""));

        async Task<IEnumerable<PackFault>> FaultsAsync(string pack, DateOnly? from = null) => Assert.IsType<SubmitOutcome.Faulty>(await host.SubmitAsync(pack, from)).Faults;
    }

    [Fact]
    public async Task A_refused_pack_is_over_and_one_whose_day_went_by_is_in_force_from_the_second_approval()
    {
        await using var host = await PacksHost.StartAsync(postgres: false);
        var refused = await host.SubmittedAsync(PacksHost.Pack(2));
        Assert.Equal(DecideOutcome.Done, await host.DecideAsync(refused.Id, PacksHost.First, PackAct.Refuse, reason: "依据不足"));
        Assert.Equal(DecideOutcome.NotNow, await host.DecideAsync(refused.Id, PacksHost.Second));
        Assert.Equal("依据不足", await host.AskAsync(db => db.PackSteps.Where(step => step.Pack == refused.Id && step.Act == "pack-refuse").Select(step => step.Reason).SingleAsync(Cancelled)));

        var late = await host.SubmittedAsync(PacksHost.Pack(3));
        await host.DecideAsync(late.Id, PacksHost.First);
        host.Clock.Now += TimeSpan.FromDays(5);
        await host.DecideAsync(late.Id, PacksHost.Second);
        Assert.Equal(host.Today, (await host.RowAsync(late.Id)).InForceFrom);
    }

    [Fact]
    public async Task The_signature_is_a_note_that_others_can_verify_and_names_no_account()
    {
        await using var host = await PacksHost.StartAsync(postgres: false);
        var row = await host.SignedAsync(PacksHost.Pack(2));
        var key = host.Backbone.Services.GetRequiredService<PackKey>();

        var note = SignedNote.Parse(row.Signature);
        Assert.IsType<NoteVerdict.Verified>(note.Verify(VerifierKey.Parse(key.Signer.Key.ToString())));
        var text = Encoding.UTF8.GetString(note.Text.Span);
        Assert.Contains($"sha256 {row.Digest}\nin-force-from {host.Today:O}\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain(PacksHost.First.Person!.Value.ToString("N"), text.Replace("-", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(3, text.Split('\n').Where(line => line.Contains("-by ", StringComparison.Ordinal)).Select(line => line.Split(' ')[1]).Distinct().Count());
    }
}
