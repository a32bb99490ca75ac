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
        Writer.Open(0, 0, _ => throw new InvalidOperationException("nothing is there"));
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

    /// <summary>The same, and no file is waited for: it is left as a running host leaves it.</summary>
    public void AddUnsettled(IEnumerable<string> more)
    {
        foreach (var some in more.Chunk(Math.Max(1, Math.Min(options.NewestEvents * 2 / 3, 100))))
        {
            Merge();
            AddBeside(some);
        }
    }

    /// <summary>Adds them at once; a file that becomes due is written beside, and not waited for.</summary>
    public void AddBeside(IEnumerable<string> more) => Writer.Append([.. more.Select(leaf => Record(Encoding.UTF8.GetBytes(leaf)))]);

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
