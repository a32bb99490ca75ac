using System.Text;
using Backbone.Audit.Elasticsearch.Exporting;
using Backbone.Audit.Storage;

namespace Backbone.Audit.Tests.Elasticsearch;

public sealed class FillBatchTests
{
    private static readonly ExportLimits Limits = new() { BatchEvents = 10 };

    [Fact]
    public void A_batch_spans_no_more_places_than_it_may_have_events()
    {
        var batches = FillBatch.Of(((long[])[0, 1, 9, 10, 500_000, 500_009, 500_010]).Select(index => Record(index, 10)), Limits).ToList();

        Assert.Equal([(0, 10), (10, 11), (500_000, 500_010), (500_010, 500_011)], batches.Select(batch => (batch.First, batch.End)));
    }

    [Fact]
    public void Large_events_make_small_batches_and_none_is_left_out()
    {
        var events = Enumerable.Range(0, 7).Select(index => Record(index, 1_000)).ToList();
        var one = FillBatch.Of([events[0]], Limits).Single().Bytes;

        var batches = FillBatch.Of(events, Limits with { BatchBytes = one + 1 }).ToList();

        Assert.Equal([2, 2, 2, 1], batches.Select(batch => batch.Waiting.Count));
        Assert.Empty(FillBatch.Of([], Limits));
    }

    private static LogRecord Record(long index, int length) =>
        new(index, Guid.Empty, Encoding.UTF8.GetBytes($$"""{"@timestamp":"2026-11-25T08:00:00.0000000Z","message":"{{new string('x', length)}}"}"""));
}
