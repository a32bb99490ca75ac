using Backbone.Audit.Searching;
using Backbone.Audit.Searching.Kql;
using Microsoft.Extensions.Time.Testing;

namespace Backbone.Audit.Tests.Searching.Embedded;

/// <summary>Whatever becomes of the files: the index is what the log says, and says so itself.</summary>
public sealed class EmbeddedIndexFaultTests
{
    private const int Dropped = 3251;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_restart_keeps_its_files_and_reads_the_rest_from_the_log()
    {
        await using var fed = await FedIndex.WithEventsAsync(125);
        var files = fed.Files;
        Assert.NotEmpty(files);

        await fed.StartAsync();
        await fed.IsRightAsync();
        await fed.AppendAsync(30);
        await fed.IsRightAsync();

        Assert.Empty(fed.Said.Of(Dropped));
        Assert.Superset(files.ToHashSet(), fed.Files.ToHashSet());
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.3)]
    [InlineData(0.7)]
    [InlineData(1.0)]
    public async Task A_flipped_byte_is_found_at_start_and_the_file_made_again(double place)
    {
        await using var fed = await FedIndex.WithEventsAsync(125);
        var victim = fed.Files[1];
        var bytes = await File.ReadAllBytesAsync(victim, Cancelled);
        bytes[(int)(place * (bytes.Length - 1))] ^= 0x10;
        await File.WriteAllBytesAsync(victim, bytes, Cancelled);

        await fed.StartAsync();
        await fed.IsRightAsync();

        Assert.Contains(Path.GetFileName(victim), Assert.Single(fed.Said.Of(Dropped)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    public async Task A_truncated_and_a_deleted_file_are_found_at_start_and_made_again(int number)
    {
        await using var fed = await FedIndex.WithEventsAsync(125);
        var before = fed.Files.Count;
        await using (var cut = new FileStream(fed.Files[number], FileMode.Open))
        {
            cut.SetLength(cut.Length / 2);
        }

        await fed.StartAsync();
        await fed.IsRightAsync();
        await fed.StopAsync();
        File.Delete(fed.Files[number]);
        await fed.StartAsync();
        await fed.IsRightAsync();
        await fed.StopAsync();

        Assert.InRange(fed.Files.Count, before - 1, before + 1);
    }

    [Fact]
    public async Task All_files_gone_is_an_index_to_be_made_and_no_loss()
    {
        await using var fed = await FedIndex.WithEventsAsync(125);
        Directory.Delete(fed.Folder, recursive: true);

        await fed.StartAsync();

        await fed.IsRightAsync();
    }

    [Fact]
    public async Task What_a_crash_left_half_written_is_deleted_and_read_again()
    {
        await using var fed = await FedIndex.WithEventsAsync(125);
        var newest = fed.Files[^1];
        File.Move(newest, Path.Combine(fed.Folder, "100-1.writing"));

        await fed.StartAsync();
        await fed.IsRightAsync();

        Assert.Empty(Directory.GetFiles(fed.Folder, "*.writing"));
    }

    [Fact]
    public async Task A_crash_between_a_merge_and_the_end_of_its_sources_leaves_each_event_once()
    {
        await using var fed = await FedIndex.WithEventsAsync(125);
        var sources = fed.Files.Select(path => (Path: path, Bytes: File.ReadAllBytes(path))).ToList();
        await fed.StartAsync();
        await fed.CaughtUpAsync();
        fed.MergeAll();
        await fed.StopAsync();
        Assert.Single(fed.Files);
        foreach (var (path, bytes) in sources)
        {
            await File.WriteAllBytesAsync(path, bytes, Cancelled);
        }

        await fed.StartAsync();
        await fed.IsRightAsync();

        Assert.Single(fed.Files);
        Assert.All(fed.Said.Of(Dropped), line => Assert.Contains("another file has its events", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Damage_of_a_source_does_not_become_part_of_a_merged_file()
    {
        await using var fed = await FedIndex.WithEventsAsync(125);
        await fed.StartAsync();
        await fed.CaughtUpAsync();
        var bytes = await File.ReadAllBytesAsync(fed.Files[2], Cancelled);
        bytes[bytes.Length / 3] ^= 1;
        await File.WriteAllBytesAsync(fed.Files[2], bytes, Cancelled);

        Assert.NotNull(fed.MergeAll());

        Assert.True(fed.Files.Count > 1);
    }

    [Fact]
    public async Task A_file_that_vanishes_under_a_running_index_is_made_again()
    {
        await using var fed = await FedIndex.WithEventsAsync(125);
        await fed.StartAsync();
        await fed.IsRightAsync();
        File.Delete(fed.Files[1]);

        try
        {
            await fed.Index.FindAsync(new EventSearch(new KqlAll()), new PageRequest(1_000), Cancelled);
            Assert.Fail("a search must not leave out what it cannot read");
        }
        catch (IndexUnavailableException told)
        {
            Assert.Contains("examined", told.Message, StringComparison.Ordinal);
        }

        await fed.RepairedAsync();
        await fed.IsRightAsync();
    }

    [Fact]
    public async Task What_was_counted_of_a_file_that_vanishes_is_still_told_rightly_and_what_must_read_it_says_that_it_cannot()
    {
        await using var fed = await FedIndex.WithEventsAsync(125);
        await fed.StartAsync();
        await fed.IsRightAsync();
        var request = new SummaryRequest(TimeSpan.FromSeconds(5), Facets: [.. RandomEvents.Counted.Take(3)]);
        var before = await fed.Index.SummarizeAsync(new EventSearch(new KqlAll()), request, Cancelled);
        File.Delete(fed.Files[1]);

        var after = await fed.Index.SummarizeAsync(new EventSearch(new KqlAll()), request, Cancelled);
        Assert.Equal((before.Total, 125), (after.Total, (int)after.Total));
        Assert.Equal(before.Buckets.Select(bucket => (bucket.Start, bucket.Count)), after.Buckets.Select(bucket => (bucket.Start, bucket.Count)));
        var told = await Assert.ThrowsAsync<IndexUnavailableException>(() => fed.Index.SummarizeAsync(
            new EventSearch(new KqlExists(RandomEvents.Counted[0])), request, Cancelled).AsTask());
        Assert.Contains("examined", told.Message, StringComparison.Ordinal);

        await fed.RepairedAsync();
        await fed.IsRightAsync();
    }

    [Fact]
    public async Task A_source_found_damaged_as_it_is_merged_is_made_again_though_events_keep_coming()
    {
        var today = new FakeTimeProvider(SampleLeaf.Start);
        await using var fed = new FedIndex(new() { NewestEvents = 20, MergedEvents = 100_000 }, today);
        await fed.StartAsync();
        await fed.AppendAsync(66);
        var victim = fed.Files[1];
        var bytes = await File.ReadAllBytesAsync(victim, Cancelled);
        bytes[bytes.Length / 3] ^= 1;
        await File.WriteAllBytesAsync(victim, bytes, Cancelled);

        today.Advance(TimeSpan.FromDays(2));
        for (var round = 0; fed.Said.Of(Dropped).Count == 0 || fed.Files.Count > 1; round++)
        {
            Assert.True(round < 1_000, string.Join('\n', fed.Files));
            await fed.AppendAsync(1);
        }

        Assert.Contains(Path.GetFileName(victim), Assert.Single(fed.Said.Of(Dropped)), StringComparison.Ordinal);
        await fed.IsRightAsync();
    }

    [Fact]
    public async Task An_engine_that_broke_is_replaced_and_its_newest_events_are_read_from_the_log_again()
    {
        await using var fed = await FedIndex.WithEventsAsync(125);
        await fed.StartAsync();
        await fed.IsRightAsync();
        var broken = fed.Index.Database.Engine;

        fed.Index.Database.Retire(broken);

        // Nothing comes after it: it is the search itself that finds the table gone and has it made again.
        var refused = 0;
        while (await IsRefusedAsync())
        {
            Assert.True(++refused < 1_000, "the index stays dead");
            await Task.Delay(10, Cancelled);
        }

        await fed.IsRightAsync();
        await fed.AppendAsync(30);
        await fed.IsRightAsync();
        fed.Index.Database.Retire(broken);
        Assert.Equal(broken + 1, fed.Index.Database.Engine);

        async Task<bool> IsRefusedAsync()
        {
            try
            {
                return (await fed.Index.FindAsync(new EventSearch(new KqlAll()), new PageRequest(1_000), Cancelled)).Events.Length < 125;
            }
            catch (IndexUnavailableException)
            {
                return true;
            }
        }
    }

    [Fact]
    public async Task A_leaf_that_is_no_event_has_the_same_time_when_its_file_is_made_again()
    {
        await using var fed = new FedIndex();
        await fed.StartAsync();
        for (var i = 0; i < 120; i++)
        {
            // Files begin at every twentieth: with one that is no event.
            var id = TemporaryLog.NewId();
            var leaf = i % 2 == 1 ? SampleLeaf.At(i, ("event.id", id.ToString())) : $"no event {id}";
            await fed.Log.AppendAsync(id, System.Text.Encoding.UTF8.GetBytes(leaf), Cancelled);
        }

        await fed.CaughtUpAsync();
        var before = await AllAsync();
        await fed.StopAsync();
        var files = fed.Files;
        foreach (var file in files.Count > 1 ? files.Skip(1) : files)
        {
            File.Delete(file);
        }

        await fed.StartAsync();
        await fed.CaughtUpAsync();

        Assert.Equal(before, await AllAsync());

        async Task<List<EventPosition>> AllAsync() =>
            [.. (await fed.Index.FindAsync(new EventSearch(new KqlAll()), new PageRequest(1_000), Cancelled)).Events.Select(found => found.Position)];
    }

    [Fact]
    public async Task Files_of_another_log_or_of_a_longer_one_are_dropped()
    {
        await using var fed = await FedIndex.WithEventsAsync(125);
        await using var other = await FedIndex.WithEventsAsync(125);
        await using var shorter = await FedIndex.WithEventsAsync(50);
        foreach (var own in other.Files.Concat(shorter.Files))
        {
            File.Delete(own);
        }

        foreach (var path in fed.Files)
        {
            File.Copy(path, Path.Combine(other.Folder, Path.GetFileName(path)));
            File.Copy(path, Path.Combine(shorter.Folder, Path.GetFileName(path)));
        }

        await other.StartAsync();
        await other.IsRightAsync();
        await shorter.StartAsync();
        await shorter.IsRightAsync();

        Assert.Equal(fed.Files.Count, other.Said.Of(Dropped).Count);
        Assert.Contains(shorter.Said.Of(Dropped), line => line.Contains("the log ends before it", StringComparison.Ordinal));
        Assert.Contains(shorter.Said.Of(Dropped), line => line.Contains("the log holds other events", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_search_goes_on_over_the_files_it_began_with_while_they_are_merged()
    {
        await using var fed = await FedIndex.WithEventsAsync(125);
        await fed.StartAsync();
        await fed.CaughtUpAsync();
        var before = fed.Files;
        using (fed.Index.Views.Take())
        {
            fed.MergeAll();
            Assert.Superset(before.ToHashSet(), fed.Files.ToHashSet());
        }

        Assert.Single(fed.Files);
        await fed.IsRightAsync();
    }

    [Fact]
    public async Task What_the_log_no_longer_has_is_dropped_in_whole_files_and_not_found()
    {
        using var store = new EmbeddedStore(new() { NewestEvents = 10, MergedEvents = 10 });
        store.Add(Enumerable.Range(0, 35).Select(i => SampleLeaf.At(i)));
        Assert.Equal(3, store.Files.Count);

        store.Writer.DropBelow(15);

        Assert.Equal(2, store.Files.Count);
        var page = await store.Index.FindAsync(new EventSearch(new KqlAll()), new PageRequest(100, NewestFirst: false), Cancelled);
        Assert.Equal(Enumerable.Range(15, 20), page.Events.Select(found => (int)found.Index));
        Assert.Null(store.Writer.Gap);
    }
}
