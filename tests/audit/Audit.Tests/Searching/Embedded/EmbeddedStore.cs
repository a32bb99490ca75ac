using System.Text;
using Backbone.Audit.Searching;
using Backbone.Audit.Searching.Embedded;
using Backbone.Audit.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Backbone.Audit.Tests.Searching.Embedded;

/// <summary>The embedded index in a folder of its own, fed by the test's hand.</summary>
internal sealed class EmbeddedStore : IDisposable
{
    private readonly TemporaryFolder temporary = new();
    private readonly EmbeddedIndexOptions options;
    private readonly MergeFiles merging;
    private readonly List<byte[]> leaves = [];

    public EmbeddedStore(EmbeddedIndexOptions options, TimeProvider? clock = null)
    {
        this.options = options;
        Index = new EmbeddedIndex(temporary.Path, options);
        Writer = new IndexWriter(Index.Database, Index.Folder, Index.Views, options, clock ?? TimeProvider.System, NullLogger.Instance);
        merging = new MergeFiles(Index.Folder, Writer, options, clock ?? TimeProvider.System);
        Writer.Open(0, 0, index => leaves[(int)index]);
        Writer.Show();
    }

    public EmbeddedIndex Index { get; }

    public IndexWriter Writer { get; }

    public string Folder => temporary.Path;

    public IReadOnlyList<string> Files => [.. Directory.GetFiles(temporary.Path, "*.parquet").Order(StringComparer.Ordinal)];

    /// <summary>Adds leaves a few at a time, as they come from a log; merges whatever is due.</summary>
    public void Add(IEnumerable<string> more)
    {
        foreach (var some in more.Chunk(Math.Min(options.NewestEvents, 100)))
        {
            AddBeside(some);
            Writer.Settle(wait: true);
            Merge();
        }
    }

    /// <summary>
    /// As a running host has them that had to catch up first: a file at once, then a few at a time, and what is being written is not waited for.
    /// </summary>
    public void AddUnsettled(IEnumerable<string> more)
    {
        var rest = more.ToList();
        if (Writer.TakesWhole(Writer.End + rest.Count))
        {
            AddWhole(rest[..options.NewestEvents]);
            Writer.Settle(wait: true);
            rest = rest[options.NewestEvents..];
        }

        foreach (var some in rest.Chunk(Math.Max(1, Math.Min(options.NewestEvents * 2 / 3, 100))))
        {
            Merge();
            AddBeside(some);
        }
    }

    /// <summary>A file of them, without a table; seen when it is settled.</summary>
    public void AddWhole(IEnumerable<string> more) => Writer.AppendWhole((_, _) => LeafBatches.Of(Records(more)));

    /// <summary>Adds them at once; a file that becomes due is written beside, and not waited for.</summary>
    public void AddBeside(IEnumerable<string> more) => Writer.Append([.. Records(more)]);

    public void Dispose()
    {
        Writer.ForgetNewest();
        Index.Dispose();
        temporary.Dispose();
    }

    private void Merge()
    {
        while (merging.Next() is { Count: > 0 } several)
        {
            Assert.Null(merging.Merge(several, CancellationToken.None));
        }
    }

    private IEnumerable<LogRecord> Records(IEnumerable<string> more) => more.Select(leaf => Record(Encoding.UTF8.GetBytes(leaf)));

    private LogRecord Record(byte[] leaf)
    {
        leaves.Add(leaf);
        return new LogRecord(leaves.Count - 1, Guid.Empty, leaf);
    }
}

internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("audit-index-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
