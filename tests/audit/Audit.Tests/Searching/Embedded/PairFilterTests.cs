using Backbone.Audit.Searching;
using Backbone.Audit.Searching.Embedded;
using Backbone.Audit.Searching.Kql;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Backbone.Audit.Tests.Searching.Embedded;

/// <summary>Runs of events that cannot hold a pair of Han characters are passed over, and no other ones.</summary>
public sealed class PairFilterTests
{
    private const int Events = 400;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_pair_is_found_where_it_stands_in_files_merged_ones_and_after_a_restart()
    {
        using var store = new EmbeddedStore(new() { NewestEvents = 40, MergedEvents = 100_000 }, new FakeTimeProvider(SampleLeaf.Start));
        var naive = new NaiveIndex();
        var texts = Texts();
        List<string> leaves = [.. texts.Select((text, i) => i % 3 == 0
            ? SampleLeaf.At(i, ("message", text))
            : SampleLeaf.At(i, ("message", "a b"), ("labels.note", (string[])["x", text])))];
        store.Add(leaves);
        naive.Add(leaves);
        await SameAsync(store.Index);

        new MergeFiles(store.Index.Folder, store.Writer, new EmbeddedIndexOptions(), TimeProvider.System).Merge(store.Writer.Files, Cancelled);
        Assert.Equal(Events / 40, Assert.Single(store.Writer.Files).Pairs.Length);
        var rare = PairFilter.RunsOf(store.Writer.Files.Single(), PairFilter.NeededBy(new KqlWords(null, SearchText.Words(texts[0][^2..]))));
        Assert.InRange(rare.Count(), 1, Events / 40 / 2);
        await SameAsync(store.Index);

        using var again = new EmbeddedIndex(store.Index.Folder.Place, new EmbeddedIndexOptions());
        var writer = new IndexWriter(again.Database, again.Folder, again.Views, new EmbeddedIndexOptions(), TimeProvider.System, NullLogger.Instance);
        writer.Open(0, Events, index => System.Text.Encoding.UTF8.GetBytes(leaves[(int)index]));
        writer.Show();
        Assert.Equal(store.Writer.Files.Single().Pairs.Select(filter => filter.Bits), Assert.Single(writer.Files).Pairs.Select(filter => filter.Bits));
        await SameAsync(again);

        async Task SameAsync(IEventIndex index)
        {
            foreach (var phrase in texts.Where((_, i) => i % 37 == 0).Select(text => text[^3..]).Append("务税").Append("税务"))
            {
                foreach (var size in (int[])[2, 3])
                {
                    var search = new EventSearch(new KqlWords(null, SearchText.Words(phrase[..Math.Min(size, phrase.Length)])));
                    var (wanted, found) = (await naive.FindAsync(search, new PageRequest(1_000), Cancelled), await index.FindAsync(search, new PageRequest(1_000), Cancelled));
                    Assert.Equal(wanted.Events, found.Events);
                }
            }
        }
    }

    [Fact]
    public void A_pair_that_stands_nowhere_is_looked_for_in_hardly_any_file_and_one_that_is_not_needed_excludes_none()
    {
        using var store = new EmbeddedStore(new() { NewestEvents = 40, MergedEvents = 100_000 }, new FakeTimeProvider(SampleLeaf.Start));
        store.Add(Texts().Select((text, i) => SampleLeaf.At(i, ("message", text))));
        var absent = new KqlWords(null, SearchText.Words("龘靐"));

        Assert.InRange(Looked(absent), 0, 3);
        Assert.InRange(Looked(new KqlAnd([new KqlExists(EventField), absent])), 0, 3);
        Assert.Equal(10, Looked(new KqlOr([new KqlExists(EventField), absent])));
        Assert.Equal(10, Looked(new KqlNot(absent)));

        int Looked(KqlNode query) => new IndexSource(store.Index.Folder, store.Index.Views.Newest, new EventSearch(query)).Parts.OfType<IndexFile>().Count();
    }

    private static Backbone.Audit.Contracts.Fields.EventField EventField => Backbone.Audit.Contracts.Fields.EventFields.Find("event.sequence")!;

    /// <summary>Sentences of a few hundred characters' choice, so that many pairs stand in one or two of them alone.</summary>
    private static List<string> Texts() =>
        [.. Enumerable.Range(0, Events).Select(i => $"w{i} " + string.Concat(Enumerable.Range(0, 6).Select(n => (char)('\u4e00' + (i * 7_919 + n * n * 131) % 300))))];
}
