using Backbone.Audit.Contracts.Fields;
using Backbone.Audit.Searching;
using Backbone.Audit.Searching.Embedded;
using Backbone.Audit.Searching.Kql;

namespace Backbone.Audit.Tests.Searching.Embedded;

/// <summary>Events that the log is far ahead with become files at once: the same files, without a table on the way.</summary>
public sealed class WriteWholeTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_written_at_once_has_what_one_of_a_table_has()
    {
        var random = new RandomEvents(3);
        List<string> leaves = [.. Enumerable.Range(0, 2_500).Select(_ => random.Leaf())];
        using var whole = new EmbeddedStore(new() { NewestEvents = 2_500 });
        using var table = new EmbeddedStore(new() { NewestEvents = 2_500 });
        whole.AddWhole(leaves);
        whole.Writer.Settle(wait: true);
        table.Add(leaves);

        var (one, other) = (Assert.Single(whole.Writer.Files), Assert.Single(table.Writer.Files));
        Assert.Equal((other.First, other.End, other.Earliest, other.Latest, other.LastLeaf), (one.First, one.End, one.Earliest, one.Latest, one.LastLeaf));
        Assert.Equal(other.Columns.Select(column => column.Name).Order(), one.Columns.Select(column => column.Name).Order());
        Assert.Equal(other.Pairs.Single().Bits, one.Pairs.Single().Bits);
        foreach (var (from, to) in ((EmbeddedStore, EmbeddedStore)[])[(whole, table), (table, whole)])
        {
            Assert.Equal([0L], whole.Index.Database.Read($"SELECT count(*) FROM ({Rows(from)} EXCEPT ALL {Rows(to)})", row => row.GetInt64(0)));
        }

        Assert.Equal(Enumerable.Range(0, 2_500), whole.Index.Database.Read(
            $"SELECT \"event.sequence\" FROM read_parquet({SqlText.Of(whole.Files[0])})", row => (int)row.GetInt64(0)));
        Assert.Equal(2_500, (await whole.Index.SummarizeAsync(new EventSearch(new KqlAll()), new SummaryRequest(), Cancelled)).Total);

        string Rows(EmbeddedStore store) =>
            $"SELECT {string.Join(", ", one.Columns.Select(column => column.Quoted))} FROM read_parquet({SqlText.Of(Copied(store))})";

        // Each engine reads below its own folder only.
        string Copied(EmbeddedStore store)
        {
            var path = Path.Combine(whole.Folder, store == whole ? "one.copy" : "other.copy");
            File.Copy(store.Files[0], path, overwrite: true);
            return path;
        }
    }

    [Fact]
    public async Task Large_events_make_smaller_files_so_that_memory_is_bounded_by_bytes()
    {
        using var store = new EmbeddedStore(new() { NewestEvents = 2_000 });
        var message = new string('登', 16_384);
        List<string> leaves = [.. Enumerable.Range(0, 1_000).Select(i => SampleLeaf.At(i, ("message", message)))];
        var bytes = System.Text.Encoding.UTF8.GetByteCount(leaves[0]);

        store.AddWhole(leaves);
        store.Writer.Settle(wait: true);
        var whole = Assert.Single(store.Writer.Files);
        Assert.InRange(whole.Rows * (long)bytes, LeafBatches.FileBytes, LeafBatches.FileBytes + LeafBatches.Bytes + bytes);
        Assert.Equal(whole.End, store.Writer.End);

        using var table = new EmbeddedStore(new() { NewestEvents = 2_000 });
        foreach (var some in leaves.Chunk(100))
        {
            table.AddBeside(some);
        }

        table.Writer.Settle(wait: true);
        Assert.InRange(Assert.Single(table.Writer.Files).Rows, 1, 999);
        var seen = await table.Index.SummarizeAsync(new EventSearch(new KqlAll()), new SummaryRequest(), Cancelled);
        Assert.Equal((1_000, 1_000), (seen.Total, seen.EndIndex));
    }

    [Fact]
    public async Task A_field_that_comes_late_or_not_in_every_batch_is_missing_where_it_is_missing()
    {
        using var store = new EmbeddedStore(new() { NewestEvents = 3 * 2_048 });
        store.AddWhole(Enumerable.Range(0, 3 * 2_048).Select(i => (i / 2_048) switch
        {
            0 => SampleLeaf.At(i, ("user.id", "u")),
            1 => SampleLeaf.At(i, ("tags", (string[])["t"]), ("file.size", 7)),
            _ => SampleLeaf.At(i, ("user.id", $"u{i % 2}"), ("message", "登录")),
        }));
        store.Writer.Settle(wait: true);

        var fields = ((string[])["user.id", "tags", "file.size"]).Select(name => EventFields.Find(name)!);
        var summary = await store.Index.SummarizeAsync(new EventSearch(new KqlAll()), new SummaryRequest(Facets: [.. fields]), Cancelled);
        Assert.Equal(
            ["u 2048, u0 1024, u1 1024; none 2048", "t 2048; none 4096", "7 2048; none 4096"],
            summary.Facets.Select(facet => $"{string.Join(", ", facet.Values.Select(value => $"{value.Value} {value.Count}"))}; none {facet.Missing}"));
        var found = await store.Index.FindAsync(new EventSearch(new KqlWords(null, ["登", "录"])), new PageRequest(10_000), Cancelled);
        Assert.Equal(2_048, found.Events.Length);
    }

    [Fact]
    public async Task Events_after_a_file_that_is_still_being_written_wait_for_it()
    {
        using var store = new EmbeddedStore(new() { NewestEvents = 10 });
        store.AddWhole(Enumerable.Range(0, 10).Select(i => SampleLeaf.At(i)));
        Assert.False(store.Writer.TakesWhole(19));
        Assert.True(store.Writer.TakesWhole(20));
        store.AddBeside(Enumerable.Range(10, 3).Select(i => SampleLeaf.At(i)));
        Assert.False(store.Writer.TakesWhole(100));
        Assert.Equal(13, store.Writer.End);
        Assert.Null(store.Writer.Gap);

        // Written may be settled already: then nothing completes any more.
        store.Writer.Settle(wait: true);
        await HasAsync(store, 13);
    }

    [Fact]
    public async Task A_file_that_cannot_be_written_is_told_and_its_events_are_asked_for_again()
    {
        using var store = new EmbeddedStore(new() { NewestEvents = 10 });
        var aside = store.Folder + ".away";
        Directory.Move(store.Folder, aside);
        store.AddWhole(Enumerable.Range(0, 10).Select(i => SampleLeaf.At(i)));
        Assert.ThrowsAny<Exception>(() => store.AddWhole(Enumerable.Range(10, 10).Select(i => SampleLeaf.At(i))));
        Directory.Move(aside, store.Folder);
        store.Writer.ForgetNewest();

        Assert.Equal(0, store.Writer.End);
        await HasAsync(store, 0);
    }

    [Fact]
    public async Task A_feeder_that_is_behind_catches_up_by_whole_files_and_shows_all_of_them_without_another_event()
    {
        await using var fed = await FedIndex.WithEventsAsync(125);
        Directory.Delete(fed.Folder, recursive: true);

        await fed.StartAsync();
        await fed.CaughtUpAsync();

        Assert.Equal(6, fed.Files.Count);
        Assert.All(fed.Writer.Files, file => Assert.Equal(20, file.Rows));
        var page = await fed.Index.FindAsync(new EventSearch(new KqlAll()), new PageRequest(1_000), Cancelled);
        Assert.Equal(Enumerable.Range(0, 125), page.Events.Select(found => (int)found.Index).Order());
    }

    private static async Task HasAsync(EmbeddedStore store, int events)
    {
        var page = await store.Index.FindAsync(new EventSearch(new KqlAll()), new PageRequest(10_000, NewestFirst: false), Cancelled);
        Assert.Equal(Enumerable.Range(0, events), page.Events.Select(found => (int)found.Index));
    }
}
