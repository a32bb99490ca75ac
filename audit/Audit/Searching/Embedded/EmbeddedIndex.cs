using DuckDB.NET.Data;

namespace Backbone.Audit.Searching.Embedded;

/// <summary>
/// The event index for a host without Elasticsearch: DuckDB over Parquet files below <c>&lt;data&gt;/audit/index</c>, fed from the log by
/// <see cref="FeedIndex"/>. Searches see every event below the end they state, in one moment's view; any thread may search.
/// </summary>
internal sealed class EmbeddedIndex : IEventIndex, IDisposable
{
    private readonly FindEvents find;
    private readonly SummarizeEvents summarize;
    private volatile TaskCompletionSource suspicion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public EmbeddedIndex(string folder, EmbeddedIndexOptions options)
    {
        Database = new IndexDatabase(folder, options);
        Folder = new IndexFolder(folder, Database);
        find = new FindEvents(Database, Folder);
        summarize = new SummarizeEvents(Database, Folder);
    }

    public string Kind => "embedded";

    public IndexDatabase Database { get; }

    public IndexFolder Folder { get; }

    public IndexViews Views { get; } = new();

    /// <summary>Completes when a query failed in a way that a damaged file would explain (<see cref="EngineFailure"/>).</summary>
    public Task Suspicion => suspicion.Task;

    public ValueTask<long> EndIndexAsync(CancellationToken cancellation) => ValueTask.FromResult(Views.Newest.End);

    public IndexedState StateOf(long index) => index < Views.Newest.End ? IndexedState.Indexed : IndexedState.Waiting;

    public ValueTask<EventPage> FindAsync(EventSearch search, PageRequest page, CancellationToken cancellation) =>
        OnViewAsync(view => find.RunAsync(view, search, page, cancellation));

    public ValueTask<EventSummary> SummarizeAsync(EventSearch search, SummaryRequest request, CancellationToken cancellation) =>
        OnViewAsync(view => summarize.RunAsync(view, search, request, cancellation));

    /// <summary>The files have been examined.</summary>
    public void ClearSuspicion() => suspicion = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Dispose() => Database.Dispose();

    private async ValueTask<T> OnViewAsync<T>(Func<IndexView, Task<T>> run)
    {
        using var lease = Views.Take();
        var engine = Database.Engine;
        try
        {
            return await run(lease.View);
        }
        catch (DuckDBException failure) when (Database.Engine != engine || EngineFailure.IsLoss(failure.Message))
        {
            suspicion.TrySetResult();
            throw new IndexUnavailableException("the embedded index has begun anew, and reads its newest events from the log again", failure);
        }
        catch (DuckDBException failure) when (EngineFailure.IsWantOfMemory(failure))
        {
            throw new IndexUnavailableException("the embedded index could not answer with the memory it may use; a narrower search needs less", failure);
        }
        catch (DuckDBException failure) when (!EngineFailure.MayBeDamage(failure))
        {
            throw new IndexUnavailableException("the embedded index could not answer this search", failure);
        }
        catch (DuckDBException failure)
        {
            // The engine's own words may hold what was searched for: they stay in the inner exception.
            suspicion.TrySetResult();
            throw new IndexUnavailableException("the embedded index could not be read; its files are being examined, and damaged ones made again from the log", failure);
        }
    }
}
