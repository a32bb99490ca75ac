using Backbone.Audit.Appending;
using Backbone.Audit.Storage;

namespace Backbone.Audit.Tests.Storage;

/// <summary>Whole segments of old records are deleted; the rest of the log is as before.</summary>
public sealed class DeletionTests
{
    private static readonly SegmentLogSettings Settings = TemporaryLog.Small with { VerifyAll = true };

    [Fact]
    public async Task Segments_below_an_index_go_the_others_stay_and_the_log_goes_on()
    {
        using var place = new TemporaryLog();
        long start;
        await using (var log = place.Open(TemporaryLog.Small))
        {
            await FillAsync(log, 100);
            Assert.Equal(0, log.DeleteBelow(0));
            start = log.DeleteBelow(50);

            Assert.InRange(start, 20, 50);
            Assert.Equal(start, log.Records.StartIndex);
            Assert.Equal(Enumerable.Range((int)start, 100 - (int)start).Select(i => (long)i), log.Records.Read(0, 1_000).Select(record => record.Index));
            Assert.Empty(log.Records.Read(3, 5));
            Assert.Equal(100, await FillAsync(log, 1));
        }

        await using var again = place.Open(Settings);
        Assert.Equal((start, 101L), (again.Records.StartIndex, again.Records.EndIndex));

        // The one being written stays, whatever is asked.
        Assert.InRange(again.DeleteBelow(long.MaxValue), start, 100);
        Assert.Equal(101, await FillAsync(again, 1));
    }

    [Fact]
    public async Task A_reader_in_the_middle_of_a_deleted_segment_goes_on()
    {
        using var place = new TemporaryLog();
        await using var log = place.Open(TemporaryLog.Small);
        await FillAsync(log, 100);
        List<long> seen = [];
        foreach (var record in log.Records.Read(0, 100))
        {
            seen.Add(record.Index);
            if (seen.Count == 3)
            {
                log.DeleteBelow(60);
            }
        }

        Assert.Equal(seen.Order(), seen);
        Assert.Equal(99, seen[^1]);
        Assert.Equal(Enumerable.Range((int)log.Records.StartIndex, 100 - (int)log.Records.StartIndex), seen.Where(i => i >= log.Records.StartIndex).Select(i => (int)i));
    }

    [Fact]
    public async Task More_segments_gone_than_were_to_be_deleted_is_a_loss()
    {
        using var place = new TemporaryLog();
        await using (var log = place.Open(TemporaryLog.Small))
        {
            await FillAsync(log, 100);
            log.DeleteBelow(40);
        }

        File.Delete(place.Segments[0]);
        var refused = Assert.Throws<AuditLogCorruptException>(() => place.Open(Settings));
        Assert.Contains("is expected", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData((int)Crash.DurableOnly)]
    [InlineData((int)Crash.Everything)]
    public async Task Whatever_call_of_a_deletion_fails_the_rest_is_there_and_the_next_deletion_ends_it(int crash)
    {
        for (var at = 0; at < 12; at++)
        {
            foreach (var fault in Enum.GetValues<Fault>())
            {
                var disk = new FaultyDisk();
                using (var log = new SegmentLog(disk.Open(), Settings, Guid.CreateVersion7()))
                {
                    await FillAsync(log, 80);
                    (disk.FailAt, disk.Fault) = (disk.Calls + at, fault);
                    try
                    {
                        log.DeleteBelow(50);
                    }
                    catch (IOException)
                    {
                        // As planned.
                    }
                }

                using var next = new SegmentLog(disk.After((Crash)crash).Open(), Settings, Guid.CreateVersion7());
                var start = next.DeleteBelow(50);
                Assert.InRange(start, 20, 50);
                Assert.Equal(Enumerable.Range((int)start, 80 - (int)start), next.Records.Read(0, 1_000).Select(record => (int)record.Index));
            }
        }
    }

    private static async Task<long> FillAsync(SegmentLog log, int records)
    {
        var last = -1L;
        for (var i = 0; i < records; i++)
        {
            var id = TemporaryLog.NewId();
            last = await log.AppendAsync(id, TemporaryLog.Payload(id, 200));
        }

        return last;
    }
}
