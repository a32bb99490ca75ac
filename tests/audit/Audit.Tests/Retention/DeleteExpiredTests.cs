using Backbone.Audit.Appending;
using Backbone.Audit.Contracts;
using Backbone.Audit.Contracts.Events;
using Backbone.Audit.Doctor;
using Backbone.Audit.Integrating;
using Backbone.Audit.Log.Checkpoints;
using Backbone.Audit.Log.Tree;
using Backbone.Audit.Publishing;
using Backbone.Audit.Retention;
using Backbone.Audit.Storage;
using Backbone.Audit.Tests.Integrating;
using Backbone.Audit.Verifier;
using Backbone.Platform.Web;
using Backbone.Platform.Web.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Backbone.Audit.Tests.Retention;

public sealed class DeleteExpiredTests : IDisposable
{
    private static readonly DateTimeOffset Old = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly RetentionOptions Settings = new()
    {
        Delete = true,
        General = new RetentionRule { Days = 184, Basis = "Cybersecurity Law art. 23(3)" },
        Disclosure = new RetentionRule { Days = 1_096, Basis = "Network Data Security Regulations art. 12" },
        Credit = new RetentionRule { Days = 1_827, Basis = "credit regulations" },
        Certificate = new RetentionRule { Days = 2_557, Basis = "certificate policy" },
    };

    private static readonly EventKind SignIn = new()
    {
        Module = "identity",
        Action = "sign-in",
        What = new("登录", "signed in"),
        Who = new("用户", "the person"),
        OnSuccess = new([EcsCategory.Authentication], [EcsType.Start]),
    };

    private readonly TreeHost host = new();

    public void Dispose() => host.Dispose();

    [Fact]
    public async Task What_is_over_goes_with_a_statement_and_an_event_and_a_stranger_verifies_the_rest()
    {
        long start;
        byte[] receipt;
        await using (var app = await StartAsync())
        {
            await FillAsync(app, Old, 5_000);
            receipt = Receipt(app, 17);
            start = await Delete(app).RunAsync(CancellationToken.None);
            await PublishedAsync(app);

            var log = app.Services.GetRequiredService<SegmentLog>().Records;
            Assert.InRange(start, 1_000, 4_999);
            Assert.Equal((start, start), (log.StartIndex, log.Read(0, 10_000).First().Index));
            var said = AuditEventJson.Decode(log.Read(log.EndIndex - 1, 1).Single().Payload);
            Assert.Equal(("audit-delete", "0", $"{start}"), (said.Action, said.Details["resource.from"], said.Details["resource.to"]));
            var minimum = app.Services.GetRequiredService<MinimumFile>().Read()!;
            Assert.Equal((start, 4), (minimum.Index, minimum.Reasons.Count));
            Assert.Contains("general 184 days: Cybersecurity Law art. 23(3)", minimum.Reasons);
            Assert.False(File.Exists(Path.Combine(host.Tlog, "tile", "entries", "000")));
            Assert.Equal(start, await Delete(app).RunAsync(CancellationToken.None));
            var found = await new RetentionCheck(new BackboneOptions { DataDirectory = host.Folder }, Options.Create(Settings)).ExamineAsync(CancellationToken.None);
            Assert.All(found, finding => Assert.Equal(DoctorSeverity.Sound, finding.Severity));
            Assert.Contains("general 184 days: Cybersecurity Law art. 23(3); disclosure 1096 days", found[0].What, StringComparison.Ordinal);
            Assert.StartsWith($"events before {start} were deleted, as signed at 2", found[1].What, StringComparison.Ordinal);
            await app.StopAsync();
        }

        Assert.Equal((0, ""), Verify());
        var file = Path.Combine(host.Folder, "receipt");
        await File.WriteAllBytesAsync(file, receipt, CancellationToken.None);
        Assert.Equal((0, ""), Verify("--receipt", file));

        // The next start finds everything in order; also when the tree is gone but for its hashes.
        await using (var again = await StartAsync())
        {
            await again.StopAsync();
        }

        File.Delete(Path.Combine(host.Folder, "audit", "cursors", "tree"));
        File.Delete(Path.Combine(host.Tlog, "minimum"));
        await using (var anew = await StartAsync())
        {
            await FillAsync(anew, Old, 10);
            await anew.StopAsync();
        }

        Assert.Equal((0, ""), Verify());
    }

    [Fact]
    public async Task One_event_that_must_stay_keeps_what_comes_after_it()
    {
        await using var app = await StartAsync();
        await FillAsync(app, Old, 5_000);
        var stays = new DateTimeOffset(TimeProvider.System.GetUtcNow().AddDays(-10).Date, TimeSpan.Zero);
        await FillAsync(app, stays, 1);
        await FillAsync(app, Old, 5_000);

        var start = await Delete(app).RunAsync(CancellationToken.None);

        Assert.InRange(start, 1, 5_000);
        var log = app.Services.GetRequiredService<SegmentLog>().Records;
        var find = new FindExpired(log, app.Services.GetRequiredService<TlogFolder>(), new RetentionPeriods(Settings, [SignIn]));
        Assert.Equal(start, find.Run(log.EndIndex, TimeProvider.System.GetUtcNow(), CancellationToken.None));
        Assert.Equal(stays.AddDays(184), find.StaysUntil);
        await app.StopAsync();
    }

    [Fact]
    public async Task What_the_catalogue_does_not_know_stays_as_long_as_anything()
    {
        await using var app = await StartAsync();
        await FillAsync(app, TimeProvider.System.GetUtcNow().AddDays(-2_000), 5_000, action: "bid-open");

        Assert.Equal(0, await Delete(app).RunAsync(CancellationToken.None));
        await app.StopAsync();
    }

    [Fact]
    public async Task A_senders_word_for_the_past_lets_nothing_go_sooner_not_even_at_the_beginning()
    {
        await using var app = await StartAsync();
        await FillAsync(app, Old.AddYears(-5), 10, action: "bid-open");
        await FillAsync(app, TimeProvider.System.GetUtcNow().AddDays(-200), 5_000);

        // Those of 200 days ago could go by themselves; what was taken in before them is kept for seven years.
        Assert.Equal(0, await Delete(app).RunAsync(CancellationToken.None));
        await app.StopAsync();
    }

    [Fact]
    public async Task What_the_index_has_not_read_stays()
    {
        await using var app = await StartAsync();
        await FillAsync(app, Old, 5_000);
        var index = new LogScan(app.Services.GetRequiredService<SegmentLog>()) { Behind = 5_000 };

        Assert.Equal(0, await Delete(app, index).RunAsync(CancellationToken.None));
        await app.StopAsync();
    }

    [Fact]
    public async Task What_an_earlier_statement_let_go_of_stays_too_while_the_index_has_not_read_it()
    {
        await using var app = await StartAsync();
        await FillAsync(app, Old, 5_000);
        var log = app.Services.GetRequiredService<SegmentLog>();
        var end = log.Records.Complete()[0].End;
        var (signer, folder) = (app.Services.GetRequiredService<LogSigner>(), app.Services.GetRequiredService<TlogFolder>());
        var root = Subtree.Range(0, end, app.Services.GetRequiredService<PublishedLog>().State.Published, folder.ReadTile);
        app.Services.GetRequiredService<MinimumFile>().Write(signer.Sign(new MinimumIndex(signer.Origin, end, root, 1, ["general 184 days: a rule"])).ToArray());

        Assert.Equal(0, await Delete(app, new LogScan(log) { Behind = 5_000 }).RunAsync(CancellationToken.None));
        Assert.True(await Delete(app).RunAsync(CancellationToken.None) >= end);
        await app.StopAsync();
    }

    [Fact]
    public async Task Nothing_goes_that_is_not_what_was_signed()
    {
        await using var app = await StartAsync();
        await FillAsync(app, Old, 5_000);
        var tile = Path.Combine(host.Tlog, "tile", "0", "001");
        var bytes = await File.ReadAllBytesAsync(tile, CancellationToken.None);
        bytes[40] ^= 1;
        await File.WriteAllBytesAsync(tile, bytes, CancellationToken.None);

        var refused = await Assert.ThrowsAsync<RetentionRefusedException>(() => Delete(app).RunAsync(CancellationToken.None));

        Assert.Contains("event 257 is not the one that was signed", refused.Message, StringComparison.Ordinal);
        Assert.Equal(0, app.Services.GetRequiredService<SegmentLog>().Records.StartIndex);
        Assert.Null(app.Services.GetRequiredService<MinimumFile>().Read());
        await app.StopAsync();
    }

    [Fact]
    public async Task A_beginning_that_no_statement_lets_go_of_stops_the_start()
    {
        await using (var app = await StartAsync())
        {
            await FillAsync(app, Old, 5_000);
            await app.StopAsync();
        }

        // As somebody would who knows how a deletion looks on disk, and has no key.
        var segments = Path.Combine(host.Folder, "audit", "log");
        var second = Directory.GetFiles(segments, "*.seg").Order(StringComparer.Ordinal).ElementAt(1);
        File.Delete(Directory.GetFiles(segments, "*.seg").Order(StringComparer.Ordinal).First());
        Assert.True(Log.Segments.SegmentName.TryParse(Path.GetFileName(second), out var first));
        new CursorFile(segments, "minimum").Write(first);

        var refused = await Assert.ThrowsAsync<SplitLogException>(() => StartAsync());

        Assert.Contains($"begins with event {first}, but no statement of its own lets go of more than the first 0", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lost_hashes_of_deleted_events_are_said_and_not_made_up()
    {
        await using (var app = await StartAsync())
        {
            await FillAsync(app, Old, 5_000);
            await Delete(app).RunAsync(CancellationToken.None);
            await app.StopAsync();
        }

        File.Delete(Path.Combine(host.Folder, "audit", "cursors", "tree"));
        foreach (var tile in Directory.GetFiles(Path.Combine(host.Tlog, "tile", "1"), "*", SearchOption.AllDirectories))
        {
            File.Delete(tile);
        }

        var refused = await Assert.ThrowsAsync<SplitLogException>(() => StartAsync());

        Assert.Contains("cannot be made again from the log. Restore the folder", refused.Message, StringComparison.Ordinal);
    }

    private Task<WebApplication> StartAsync() => host.StartAsync(("Backbone:Audit:SegmentMegabytes", "1"));

    private static DeleteExpired Delete(WebApplication app, LogScan? index = null) => ActivatorUtilities.CreateInstance<DeleteExpired>(
        app.Services, index ?? new LogScan(app.Services.GetRequiredService<SegmentLog>()), new RetentionPeriods(Settings, [SignIn]), Options.Create(Settings));

    private static async Task FillAsync(WebApplication app, DateTimeOffset at, int events, string action = "sign-in")
    {
        var trail = app.Services.GetRequiredService<IAuditTrail>();
        await Task.WhenAll(Enumerable.Range(0, events).Select(_ => trail.AppendAsync(TemporaryLog.SignIn() with { Timestamp = at, Action = action }).AsTask()));
        await PublishedAsync(app);
    }

    private static Task PublishedAsync(WebApplication app) => app.Services.GetRequiredService<PublishedLog>()
        .WaitPublishedAsync(app.Services.GetRequiredService<SegmentLog>().Records.EndIndex - 1, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));

    private static byte[] Receipt(WebApplication app, long index) => IssueReceipt.Of(
        index, app.Services.GetRequiredService<PublishedLog>(), app.Services.GetRequiredService<TlogFolder>(), app.Services.GetRequiredService<LogSigner>())!.ToArray();

    private (int Code, string Errors) Verify(params string[] more)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var code = VerifierProgram.Run([host.Folder, .. more], output, errors);
        return (code, code == 0 ? errors.ToString() : output.ToString() + errors);
    }
}
