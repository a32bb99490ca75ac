using System.Globalization;
using System.Text;
using Backbone.Audit.Appending;
using Backbone.Audit.Contracts;
using Backbone.Audit.Integrating;
using Backbone.Audit.Log.Segments;
using Backbone.Audit.Log.Tiles;
using Backbone.Audit.Log.Tree;
using Backbone.Audit.Publishing;
using Backbone.Audit.State;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Time.Testing;

namespace Backbone.Audit.Tests.Integrating;

public sealed class PublishedTreeTests : IDisposable
{
    private readonly TreeHost host = new();

    public void Dispose() => host.Dispose();

    [Fact]
    public async Task What_is_appended_is_soon_under_a_signed_checkpoint_whose_root_the_files_give()
    {
        await using var app = await host.StartAsync();
        await TreeHost.AppendAsync(app, 700);
        await app.Services.GetRequiredService<PublishedLog>().WaitPublishedAsync(699, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20));

        var (size, root) = host.Checkpoint(app);
        Assert.Equal(700, size);
        var folder = new TlogFolder(host.Tlog);
        Assert.Equal(Frontier.FromTiles(700, folder.ReadTile).Root(), root);
        var leaves = Enumerable.Range(0, 3).SelectMany(bundle => Entries(folder, bundle, 700)).ToList();
        Assert.Equal(700, leaves.Count);
        var frontier = new Frontier();
        leaves.ForEach(leaf => frontier.Append(TreeHash.Leaf(leaf)));
        Assert.Equal(root, frontier.Root());
        await app.StopAsync();
    }

    [Fact]
    public async Task A_restart_goes_on_where_the_tree_was_and_older_checkpoints_stay_for_comparison()
    {
        await host.RunAsync(300);
        await host.RunAsync(300);
        await using var app = await host.StartAsync();
        var (size, root) = host.Checkpoint(app);

        Assert.Equal(600, size);
        Assert.Equal(Frontier.FromTiles(600, new TlogFolder(host.Tlog).ReadTile).Root(), root);
        Assert.Contains(300, new TlogFolder(host.Tlog).KeptSizes());
        await app.StopAsync();
    }

    [Fact]
    public async Task A_log_rolled_back_to_an_older_copy_stops_the_start()
    {
        await host.RunAsync(50);
        var copy = host.Copy("audit", "log");
        var tlog = host.Copy("audit", "tlog");
        await host.RunAsync(50);
        host.Restore(copy, "audit", "log");
        host.Restore(tlog, "audit", "tlog");

        var refused = await Assert.ThrowsAsync<SplitLogException>(() => host.StartAsync());

        Assert.Contains("holds 50 events, but its checkpoint of size 100 was signed (database): it was rolled back", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rolled_back_log_is_found_by_the_published_checkpoint_too_when_the_database_was_rolled_back_with_it()
    {
        await host.RunAsync(50);
        var copy = host.Copy("audit", "log");
        var database = host.CopyFile("audit", "audit.db");
        await host.RunAsync(50);
        host.Restore(copy, "audit", "log");
        host.RestoreFile(database, "audit", "audit.db");

        Assert.Contains("was rolled back", (await Assert.ThrowsAsync<SplitLogException>(() => host.StartAsync())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_history_of_the_same_length_stops_the_start()
    {
        using var other = new TreeHost();
        await other.RunAsync(100);
        await host.RunAsync(100);
        host.Restore(other.Copy("audit", "log"), "audit", "log");

        Assert.Contains("was changed or forked", (await Assert.ThrowsAsync<SplitLogException>(() => host.StartAsync())).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("everything")]
    [InlineData("partial tile")]
    [InlineData("full tile")]
    [InlineData("bundle")]
    [InlineData("mark")]
    public async Task Files_of_the_tree_that_are_lost_or_damaged_are_made_again_from_the_log(string fault)
    {
        await host.RunAsync(600);
        var before = File.ReadAllText(Path.Combine(host.Tlog, "checkpoint"));
        switch (fault)
        {
            case "everything":
                Directory.Delete(host.Tlog, recursive: true);
                break;
            case "mark":
                File.Delete(Path.Combine(host.Folder, "audit", "cursors", "tree"));
                break;
            default:
                var path = Path.Combine(host.Tlog, fault switch
                {
                    "partial tile" => new TileId(0, 2, 88).Path,
                    "full tile" => new TileId(0, 1).Path,
                    _ => new BundleId(2, 88).Path,
                });
                var bytes = File.ReadAllBytes(path);
                bytes[^1] ^= 1;
                File.WriteAllBytes(path, fault == "bundle" ? [] : bytes);
                break;
        }

        await using var app = await host.StartAsync();
        await TreeHost.AppendAsync(app, 1);
        await app.Services.GetRequiredService<PublishedLog>().WaitPublishedAsync(600, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20));

        var (size, root) = host.Checkpoint(app);
        Assert.Equal(601, size);
        Assert.Equal(Frontier.FromTiles(601, new TlogFolder(host.Tlog).ReadTile).Root(), root);
        Assert.NotEqual(before, File.ReadAllText(Path.Combine(host.Tlog, "checkpoint")));
        Assert.Equal(601, Enumerable.Range(0, 3).Sum(bundle => Entries(new TlogFolder(host.Tlog), bundle, 601).Count));
        await app.StopAsync();
    }

    [Fact]
    public async Task A_log_without_its_signing_key_is_not_continued_under_another()
    {
        await host.RunAsync(10);
        File.Delete(Path.Combine(host.Folder, "keys", "audit-log.key"));

        Assert.Contains("audit-log.key", (await Assert.ThrowsAsync<LogKeyException>(() => host.StartAsync())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_signing_key_lies_outside_the_log_and_is_its_owners_alone()
    {
        await host.RunAsync(1);
        var key = Path.Combine(host.Folder, "keys", "audit-log.key");

        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(key) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
        File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        Assert.Contains("0600", (await Assert.ThrowsAsync<LogKeyException>(() => host.StartAsync())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_two_that_sign_for_one_log_the_second_stops()
    {
        await using var app = await host.StartAsync();
        await TreeHost.AppendAsync(app, 10);
        await app.Services.GetRequiredService<PublishedLog>().WaitPublishedAsync(9, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20));
        var anchors = app.Services.GetRequiredService<Anchors>();
        var origin = app.Services.GetRequiredService<LogSigner>().Origin;
        var other = (await anchors.FindAsync(origin, CancellationToken.None))!;
        await anchors.MoveAsync(other.Size, new() { Origin = origin, Size = 4_711, Root = other.Root, Note = other.Note }, CancellationToken.None);

        await TreeHost.AppendAsync(app, 1);

        await Assert.ThrowsAsync<SplitLogException>(
            () => app.Services.GetRequiredService<PublishedLog>().WaitPublishedAsync(10, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20)));
        await app.StopAsync();
    }

    [Fact]
    public async Task A_database_that_takes_no_checkpoint_for_a_while_holds_them_up_and_no_longer()
    {
        await using var app = await host.StartAsync();
        var published = app.Services.GetRequiredService<PublishedLog>();
        await TreeHost.AppendAsync(app, 1);
        await published.WaitPublishedAsync(0, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20));
        Database("ALTER TABLE Anchors RENAME TO Away");

        // The files of a tree are written before the database is asked: those of a second one tell that the first was given up.
        await PrepareAsync(app, 2);
        await PrepareAsync(app, 3);
        Assert.Equal(1, published.State.Published);
        Database("ALTER TABLE Away RENAME TO Anchors");

        await published.WaitPublishedAsync(2, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(3, host.Checkpoint(app).Size);
        await app.StopAsync();
    }

    [Fact]
    public async Task A_database_that_takes_no_first_checkpoint_is_asked_again_and_that_none_was_signed_is_said()
    {
        await using var app = await host.StartAsync();
        var published = app.Services.GetRequiredService<PublishedLog>();
        Database("CREATE TRIGGER Full BEFORE INSERT ON Anchors BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END");
        await PrepareAsync(app, 1);
        await PrepareAsync(app, 2);

        Assert.Null(published.Failure);
        Assert.Equal(HealthStatus.Healthy, (await HealthAsync(app, TimeSpan.FromSeconds(5))).Status);
        var late = await HealthAsync(app, TimeSpan.FromSeconds(60));
        Assert.Equal(HealthStatus.Degraded, late.Status);
        Assert.StartsWith("2 events wait for a checkpoint; none was signed since the start at", late.Description, StringComparison.Ordinal);

        Database("DROP TRIGGER Full");
        await published.WaitPublishedAsync(1, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(2, host.Checkpoint(app).Size);
        await app.StopAsync();
    }

    [Fact]
    public async Task A_first_checkpoint_that_stands_there_is_the_logs_own_or_another_process_signs()
    {
        await using var app = await host.StartAsync();
        var anchors = app.Services.GetRequiredService<Anchors>();
        CheckpointAnchor Anchor(string note) => new() { Origin = "first.example.cn/log", Size = 1, Root = new byte[32], Note = note, SignedAt = DateTimeOffset.UnixEpoch };
        await anchors.MoveAsync(null, Anchor("ours"), CancellationToken.None);
        await anchors.MoveAsync(null, Anchor("ours"), CancellationToken.None);
        await Assert.ThrowsAsync<SplitLogException>(() => anchors.MoveAsync(null, Anchor("another's"), CancellationToken.None));
        await app.StopAsync();
    }

    /// <summary>So long after now.</summary>
    private static async Task<HealthCheckResult> HealthAsync(WebApplication app, TimeSpan later) => await new PublishingHealth(
        app.Services.GetRequiredService<PublishedLog>(), app.Services.GetRequiredService<SegmentLog>(),
        new FakeTimeProvider(TimeProvider.System.GetUtcNow() + later)).CheckHealthAsync(new HealthCheckContext());

    [Fact]
    public async Task A_checkpoint_that_the_database_took_without_an_answer_is_the_logs_own()
    {
        await using var app = await host.StartAsync();
        var published = app.Services.GetRequiredService<PublishedLog>();
        await TreeHost.AppendAsync(app, 1);
        await published.WaitPublishedAsync(0, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20));
        Database("ALTER TABLE Anchors RENAME TO Away");
        await PrepareAsync(app, 2);
        await PrepareAsync(app, 3);

        // As if the first of the two had been carried out.
        var root = Frontier.FromTiles(2, new TlogFolder(host.Tlog).ReadTile).Root();
        var note = Encoding.UTF8.GetString(app.Services.GetRequiredService<LogSigner>().Sign(2, root).ToArray());
        Database("UPDATE Away SET Size = 2, Root = $root, Note = $note; ALTER TABLE Away RENAME TO Anchors", ("$root", root.ToArray()), ("$note", note));

        await published.WaitPublishedAsync(2, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(3, host.Checkpoint(app).Size);
        await app.StopAsync();
    }

    [Fact]
    public async Task An_old_event_that_was_changed_with_its_checksum_stops_a_start_that_verifies_all()
    {
        const int events = 10_600;
        await host.RunAsync(events);
        var segment = Directory.GetFiles(Path.Combine(host.Folder, "audit", "log"), "*.seg").Order().First();
        var bytes = await File.ReadAllBytesAsync(segment);
        var at = SegmentHeader.Bytes;
        Assert.True(RecordFrame.TryRead(bytes.AsSpan(at), out var frame));
        var payload = bytes.AsSpan(at + RecordFrame.HeaderBytes, frame.Length).ToArray();
        payload[^3] ^= 1;
        frame.Write(bytes.AsSpan(at), payload);
        await File.WriteAllBytesAsync(segment, bytes);

        var refused = await Assert.ThrowsAsync<SplitLogException>(() => host.StartAsync(("Backbone:Audit:VerifyAllAtStart", "true")));

        Assert.Contains($"the first {events} events of the audit log do not give the root that was signed", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>One event more, whose tree is ready to be signed when this returns.</summary>
    private async Task PrepareAsync(WebApplication app, int size)
    {
        await TreeHost.AppendAsync(app, 1);
        var tile = Path.Combine(host.Tlog, new TileId(0, 0, size).Path);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!File.Exists(tile))
        {
            await Task.Delay(20, limit.Token);
        }
    }

    private void Database(string change, params (string Name, object Value)[] values)
    {
        using var database = new SqliteConnection($"Data Source={Path.Combine(host.Folder, "audit", "audit.db")};Pooling=False");
        database.Open();
        using var command = database.CreateCommand();
        command.CommandText = $"BEGIN; {change}; COMMIT";
        foreach (var (name, value) in values)
        {
            command.Parameters.AddWithValue(name, value);
        }

        command.ExecuteNonQuery();
    }

    private static List<byte[]> Entries(TlogFolder folder, int bundle, long size)
    {
        var width = (int)Math.Min(Tile.FullWidth, size - bundle * Tile.FullWidth);
        var entries = new List<byte[]>();
        var read = EntryBundle.Read(folder.Read(new BundleId(bundle, width).Path));
        while (read.MoveNext())
        {
            entries.Add(read.Current.ToArray());
        }

        Assert.True(read.IsWhole);
        return entries;
    }
}
