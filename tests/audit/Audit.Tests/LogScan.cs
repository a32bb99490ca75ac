using Backbone.Audit.Appending;
using Backbone.Audit.Searching;
using Backbone.Audit.Tests.Searching;

namespace Backbone.Audit.Tests;

/// <summary>An index that is never behind: it reads the whole log at each question. For tests of what stands in front of an index.</summary>
internal sealed class LogScan(SegmentLog log) : IEventIndex
{
    public string Kind => "scan";

    /// <summary>Set, the index answers nothing but this.</summary>
    public bool Away { get; set; }

    /// <summary>Set, each question ends with it.</summary>
    public Exception? Fault { get; set; }

    /// <summary>So many of the newest events it does not see yet.</summary>
    public int Behind { get; set; }

    public ValueTask<long> EndIndexAsync(CancellationToken cancellation) => Current().EndIndexAsync(cancellation);

    public IndexedState StateOf(long index) => index < log.Records.EndIndex - Behind ? IndexedState.Indexed : IndexedState.Waiting;

    public ValueTask<EventPage> FindAsync(EventSearch search, PageRequest page, CancellationToken cancellation) =>
        Current().FindAsync(search, page, cancellation);

    public ValueTask<EventSummary> SummarizeAsync(EventSearch search, SummaryRequest request, CancellationToken cancellation) =>
        Current().SummarizeAsync(search, request, cancellation);

    private NaiveIndex Current()
    {
        if (Fault is not null)
        {
            throw Fault;
        }

        if (Away)
        {
            throw new IndexUnavailableException("the index is away");
        }

        var index = new NaiveIndex();
        index.Add(log.Records.Read(0, (int)log.Records.EndIndex - Behind).Select(record => System.Text.Encoding.UTF8.GetString(record.Payload)));
        return index;
    }
}
