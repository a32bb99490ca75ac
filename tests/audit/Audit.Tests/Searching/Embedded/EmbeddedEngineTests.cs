using Backbone.Audit.Contracts.Fields;
using Backbone.Audit.Searching;
using Backbone.Audit.Searching.Embedded;
using Backbone.Audit.Searching.Kql;

namespace Backbone.Audit.Tests.Searching.Embedded;

public sealed class EmbeddedEngineTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("SELECT * FROM read_text('/etc/passwd')")]
    [InlineData("COPY (SELECT 1) TO '{outside}/rows.csv'")]
    [InlineData("ATTACH '{outside}/other.db'")]
    [InlineData("INSTALL httpfs")]
    [InlineData("LOAD httpfs")]
    [InlineData("SET enable_external_access = true")]
    [InlineData("SET allowed_directories = ['/']")]
    public void The_engine_reaches_nothing_but_its_folder_and_no_statement_changes_that(string statement)
    {
        using var store = new EmbeddedStore(new());
        var outside = Directory.CreateTempSubdirectory("embedded-index-outside-");
        try
        {
            Assert.Throws<EngineRefusedException>(() => store.Index.Database.Execute(
                statement.Replace("{outside}", outside.FullName, StringComparison.Ordinal)));
            Assert.Empty(outside.EnumerateFileSystemInfos());
        }
        finally
        {
            outside.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_query_over_its_time_is_given_up_and_the_next_one_is_answered()
    {
        using var store = new EmbeddedStore(new() { QuerySeconds = 1 });
        store.Add([SampleLeaf.At(0)]);

        var slow = store.Index.Database.QueryAsync(
            "SELECT count(*) FROM range(100000000000) a, range(1000) b WHERE a.range % 7 = b.range", (reader, _) => reader.Read(), Cancelled);

        Assert.Contains("1 s", (await Assert.ThrowsAsync<IndexUnavailableException>(() => slow)).Message, StringComparison.Ordinal);
        Assert.Equal(1, (await store.Index.SummarizeAsync(new EventSearch(new KqlAll()), new SummaryRequest(), Cancelled)).Total);
    }

    [Fact]
    public async Task A_cancelled_query_ends()
    {
        using var store = new EmbeddedStore(new());
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.Index.Database.QueryAsync(
            "SELECT count(*) FROM range(100000000000) a, range(1000) b WHERE a.range % 7 = b.range", (reader, _) => reader.Read(), cancel.Token));
    }

    [Fact]
    public async Task A_query_that_is_cancelled_while_it_begins_ends_too()
    {
        using var store = new EmbeddedStore(new());
        for (var i = 0; i < 60; i++)
        {
            // Somewhere between the connection's opening and the engine's first step.
            using var cancel = new CancellationTokenSource();
            var asked = store.Index.Database.QueryAsync(
                "SELECT count(*) FROM range(100000000000) a, range(1000) b WHERE a.range % 7 = b.range", (reader, _) => reader.Read(), cancel.Token);
            for (var turns = i * i; turns > 0; turns--)
            {
                Thread.SpinWait(20);
            }

            await cancel.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        }
    }

    [Fact]
    public async Task Values_with_zero_bytes_and_separators_are_values()
    {
        using var store = new EmbeddedStore(new() { NewestEvents = 1 });
        string[] values = ["a\0b", "a", "a\u001fb", "b\u001e1"];
        store.Add(values.Select((value, i) => SampleLeaf.At(i, ("tags", (string[])[value, "c"]), ("resource.name", value))));
        for (var i = 0; i < values.Length; i++)
        {
            foreach (var field in (string[])["tags", "resource.name"])
            {
                var page = await store.Index.FindAsync(
                    new EventSearch(new KqlEquals(EventFields.Find(field)!, new KqlValue { Text = values[i] })), new PageRequest(10), Cancelled);
                Assert.Equal([i], page.Events.Select(found => (int)found.Index));
            }
        }

        var summary = await store.Index.SummarizeAsync(new EventSearch(new KqlAll()), new SummaryRequest(Facets: [EventFields.Find("tags")!]), Cancelled);
        Assert.Equal(["c", "a", "a\u001fb", "a\ufffdb", "b\u001e1"], summary.Facets.Single().Values.Select(value => value.Value));
    }

    [Fact]
    public async Task A_wildcard_of_many_parts_with_signs_of_the_engine_s_own_costs_no_more_than_its_text_is_long()
    {
        using var store = new EmbeddedStore(new() { NewestEvents = 2, QuerySeconds = 5 });
        string[] values = [new('a', 1_000), new string('a', 999) + "%", "a_b.c", "axb.c", "a_bxc", @"a\_b", "a_\n%"];
        store.Add(values.Select((value, i) => SampleLeaf.At(i, ("resource.name", value))));

        Assert.Equal([1], await FoundAsync([.. Enumerable.Repeat("a", 30).Prepend(""), "%"]));
        Assert.Empty(await FoundAsync([.. Enumerable.Repeat("a", 30).Prepend(""), "_"]));
        Assert.Equal([2, 4], await FoundAsync(["a_b", "c"]));
        Assert.Equal([2], await FoundAsync(["a_b.", ""]));
        Assert.Equal([5], await FoundAsync([@"a\_", ""]));
        Assert.Equal([6], await FoundAsync(["a_", "%"]));

        async Task<IEnumerable<int>> FoundAsync(string[] parts) => (await store.Index.FindAsync(
            new EventSearch(new KqlWildcard(EventFields.Find("resource.name")!, [.. parts])), new PageRequest(10, NewestFirst: false), Cancelled))
            .Events.Select(found => (int)found.Index);
    }

    [Fact]
    public async Task A_leaf_that_is_no_event_is_passed_and_found_by_its_index()
    {
        using var store = new EmbeddedStore(new() { NewestEvents = 2 });
        store.Add([SampleLeaf.At(0), "no json", "[1]", """{"message":"no time"}""", """{"@timestamp":5}""", SampleLeaf.At(1)]);

        Assert.Equal(6, await store.Index.EndIndexAsync(Cancelled));
        var page = await store.Index.FindAsync(
            new EventSearch(new KqlEquals(EventFields.Find("event.sequence")!, new KqlValue { Number = 2 })), new PageRequest(10), Cancelled);
        Assert.Equal(2, page.Events.Single().Index);
        Assert.Equal(6, (await store.Index.SummarizeAsync(new EventSearch(new KqlAll()), new SummaryRequest(), Cancelled)).Total);
    }

    [Fact]
    public async Task Too_many_buckets_are_refused_with_the_bound()
    {
        using var store = new EmbeddedStore(new() { NewestEvents = 200_000 });
        store.Add(Enumerable.Range(0, 100_010).Select(i => $$"""{"@timestamp":"2026-11-24T22:{{i / 60_000:D2}}:{{i / 1_000 % 60:D2}}.{{i % 1_000:D3}}Z"}"""));
        var refused = await Assert.ThrowsAsync<IndexUnavailableException>(
            () => store.Index.SummarizeAsync(new EventSearch(new KqlAll()), new SummaryRequest(TimeSpan.FromMilliseconds(1)), Cancelled).AsTask());
        Assert.Contains("100000", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_s_name_says_all_and_nothing_else_is_taken_for_one()
    {
        var file = new IndexFile(0, 32_768, -5, 1_795_000_000_000, 4_096, "0123abcd", "0123456789abcdef");
        Assert.Equal(file, IndexFile.Parse(file.Name));
        Assert.Null(IndexFile.Parse(file.Name.Replace($"v{IndexColumns.Version}", $"v{IndexColumns.Version - 1}", StringComparison.Ordinal)));
        Assert.Null(IndexFile.Parse("x.parquet"));
        Assert.Null(IndexFile.Parse(file.Name.Replace("000000032768", "32768", StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_setting_out_of_bounds_is_named_with_bound_and_value()
    {
        var result = new EmbeddedIndexBounds().Validate(null, new EmbeddedIndexOptions
        {
            Folder = "/srv/a*b",
            MemoryMegabytes = 63,
            Threads = 0,
            QuerySeconds = 601,
            Queries = 65,
            NewestEvents = 999,
            MergedEvents = 10_000_001,
        });
        Assert.Equal(
            [
                "Backbone:Audit:Index:MemoryMegabytes: 64 to 65536, is 63",
                "Backbone:Audit:Index:Threads: 1 to 64, is 0",
                "Backbone:Audit:Index:QuerySeconds: 1 to 600, is 601",
                "Backbone:Audit:Index:Queries: 1 to 64, is 65",
                "Backbone:Audit:Index:NewestEvents: 1000 to 200000, is 999",
                "Backbone:Audit:Index:MergedEvents: 100000 to 10000000, is 10000001",
                "Backbone:Audit:Index:Folder: a path without * ? and [, is \"/srv/a*b\"",
            ],
            result.Failures);
    }
}
