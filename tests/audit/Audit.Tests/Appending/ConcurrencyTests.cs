using Backbone.Audit.Appending;
using Backbone.Audit.Contracts;
using Backbone.Audit.Storage;
using Backbone.Platform;

namespace Backbone.Audit.Tests.Appending;

public sealed class ConcurrencyTests
{
    [Fact]
    public async Task A_thousand_producers_get_contiguous_indexes_and_nothing_is_lost_or_there_twice()
    {
        using var temporary = new TemporaryLog();
        var settings = new SegmentLogSettings { SegmentBytes = 256 * 1024, QueueLength = 100, VerifyAll = true };
        var acknowledged = new Dictionary<long, Guid>();
        await using (var log = temporary.Open(settings))
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => Task.Run(() => ProduceAsync(log, 10))));
            foreach (var (index, id) in answers.SelectMany(answer => answer))
            {
                Assert.True(acknowledged.TryAdd(index, id));
            }
        }

        await using var reopened = temporary.Open(settings);
        var records = reopened.Records.Read(0, int.MaxValue).ToList();
        Assert.Equal(10_000, records.Count);
        Assert.All(records, record => Assert.Equal(acknowledged[record.Index], record.EventId));
        Assert.True(temporary.Segments.Count > 3);
    }

    [Fact]
    public async Task One_event_appended_by_many_at_once_is_in_the_log_once()
    {
        using var temporary = new TemporaryLog();
        await using var log = temporary.Open();
        var once = TemporaryLog.SignIn();
        var indexes = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Task.Run(async () => await log.AppendAsync(once))));
        Assert.All(indexes, index => Assert.Equal(0, index));
        Assert.Equal(1, log.Records.EndIndex);
    }

    [Fact]
    public async Task Closing_writes_what_is_queued_and_refuses_the_rest()
    {
        var disk = new FaultyDisk();
        var log = new SegmentLog(disk.Open(), new SegmentLogSettings(), Guid.CreateVersion7());
        using var hold = new ManualResetEventSlim();
        disk.BeforeWrite = hold.Wait;
        var queued = Enumerable.Range(0, 300).Select(_ => log.AppendAsync(TemporaryLog.SignIn()).AsTask()).ToList();
        var closing = log.DisposeAsync().AsTask();
        await Assert.ThrowsAsync<AuditUnavailableException>(async () => await log.AppendAsync(TemporaryLog.SignIn()));
        Assert.False(closing.IsCompleted);
        hold.Set();
        await closing;
        Assert.Equal(300, (await Task.WhenAll(queued)).Distinct().Count());
        await using var reopened = new SegmentLog(disk.After(Crash.DurableOnly).Open(), new SegmentLogSettings(), Guid.CreateVersion7());
        Assert.Equal(300, reopened.Records.EndIndex);
    }

    [Fact]
    public async Task A_full_queue_makes_callers_wait_and_a_waiting_caller_may_give_up()
    {
        var disk = new FaultyDisk();
        await using var log = new SegmentLog(disk.Open(), new SegmentLogSettings { QueueLength = 2 }, Guid.CreateVersion7());
        using var hold = new ManualResetEventSlim();
        using var reached = new ManualResetEventSlim();
        disk.BeforeWrite = () =>
        {
            reached.Set();
            hold.Wait();
        };
        var written = new List<Task<long>> { log.AppendAsync(TemporaryLog.SignIn()).AsTask() };
        reached.Wait();
        written.AddRange(Enumerable.Range(0, 4).Select(_ => log.AppendAsync(TemporaryLog.SignIn()).AsTask()));
        using var patience = new CancellationTokenSource();
        var waiting = log.AppendAsync(TemporaryLog.SignIn(), patience.Token).AsTask();
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        hold.Set();
        Assert.Equal([0, 1, 2, 3, 4], (await Task.WhenAll(written)).Order());
    }

    [Fact]
    public async Task A_reader_follows_the_log_over_segments_and_ends_when_it_closes()
    {
        using var temporary = new TemporaryLog();
        var log = temporary.Open(TemporaryLog.Small);
        var followed = new List<long>();
        var follower = Task.Run(async () =>
        {
            await foreach (var record in log.Records.FollowAsync(5))
            {
                followed.Add(record.Index);
            }
        });
        await ProduceAsync(log, 400);
        await log.DisposeAsync();
        await follower;
        Assert.Equal(Enumerable.Range(5, followed.Count).Select(i => (long)i), followed);
        Assert.Equal(395, followed.Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(511)]
    [InlineData(699)]
    public async Task A_record_is_found_by_its_index_also_in_a_segment_not_scanned_at_start(int index)
    {
        using var temporary = new TemporaryLog();
        var settings = new SegmentLogSettings { SegmentBytes = 64 * 1024, DeduplicationWindow = 1 };
        List<(long Index, Guid Id)> written;
        await using (var log = temporary.Open(settings))
        {
            written = await ProduceAsync(log, 700);
        }

        await using var reopened = temporary.Open(settings);
        var record = reopened.Records.Read(index, 1).Single();
        Assert.Equal(written[index], (record.Index, record.EventId));
        Assert.Empty(reopened.Records.Read(700, 1));
    }

    private static async Task<List<(long Index, Guid Id)>> ProduceAsync(SegmentLog log, int events)
    {
        var answers = new List<(long, Guid)>();
        for (var i = 0; i < events; i++)
        {
            var id = EventId.New(TimeProvider.System);
            answers.Add((await log.AppendAsync(id, TemporaryLog.Payload(id, 120)), id.Value));
        }

        return answers;
    }
}
