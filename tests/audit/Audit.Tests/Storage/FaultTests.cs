using Backbone.Audit.Appending;
using Backbone.Audit.Contracts;
using Backbone.Audit.Storage;
using Backbone.Platform;

namespace Backbone.Audit.Tests.Storage;

/// <summary>Every call the log makes to its disk fails once in each way, and the machine stops there in each way.</summary>
public sealed class FaultTests
{
    private static readonly SegmentLogSettings Settings = TemporaryLog.Small with { VerifyAll = true };

    public static TheoryData<int, int> Matrix()
    {
        var data = new TheoryData<int, int>();
        foreach (var fault in Enum.GetValues<Fault>())
        {
            foreach (var crash in Enum.GetValues<Crash>())
            {
                data.Add((int)fault, (int)crash);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Matrix))]
    public async Task Whatever_call_fails_every_acknowledged_event_is_there_and_none_twice(int fault, int crash)
    {
        var calls = (await AppendAsync(new FaultyDisk(), [])).Calls;
        Assert.True(calls > 30);
        for (var at = 0; at < calls; at++)
        {
            var acknowledged = new List<(long Index, EventId Id)>();
            var disk = await AppendAsync(new FaultyDisk { FailAt = at, Fault = (Fault)fault }, acknowledged);
            await VerifyAsync(disk.After((Crash)crash), acknowledged);
        }
    }

    [Theory]
    [MemberData(nameof(Matrix))]
    public async Task Whatever_call_of_recovery_fails_the_next_recovery_succeeds(int fault, int crash)
    {
        var acknowledged = new List<(long Index, EventId Id)>();
        var torn = await AppendAsync(new FaultyDisk { FailAt = 25, Fault = Fault.Half }, acknowledged);
        for (var at = 0; at < 6; at++)
        {
            var disk = torn.After(Crash.Everything);
            disk.FailAt = at;
            disk.Fault = (Fault)fault;
            await AppendAsync(disk, []);
            await VerifyAsync(disk.After((Crash)crash), acknowledged);
        }
    }

    [Fact]
    public async Task After_a_failed_fsync_nothing_is_accepted_any_more_and_every_waiter_is_told()
    {
        var disk = new FaultyDisk();
        await using var log = new SegmentLog(disk.Open(), new SegmentLogSettings(), Guid.CreateVersion7());
        await log.AppendAsync(TemporaryLog.SignIn());
        using var hold = new ManualResetEventSlim();
        disk.BeforeWrite = hold.Wait;
        disk.FailAt = disk.Calls + 1;
        var waiters = Enumerable.Range(0, 50).Select(_ => log.AppendAsync(TemporaryLog.SignIn()).AsTask()).ToList();
        hold.Set();
        foreach (var waiter in waiters)
        {
            var told = await Assert.ThrowsAsync<AuditUnavailableException>(() => waiter);
            Assert.IsType<IOException>(told.InnerException);
        }

        await Assert.ThrowsAsync<AuditUnavailableException>(async () => await log.AppendAsync(TemporaryLog.SignIn()));
        Assert.IsType<IOException>(log.Failure);
        Assert.False(log.IsAccepting);
        Assert.Equal(1, log.Records.EndIndex);
        var calls = disk.Calls;
        await log.DisposeAsync();
        Assert.Equal(calls, disk.Calls);
    }

    /// <summary>Appends until done or the log fails; every answer is kept.</summary>
    private static async Task<FaultyDisk> AppendAsync(FaultyDisk disk, List<(long Index, EventId Id)> acknowledged)
    {
        try
        {
            await using var log = new SegmentLog(disk.Open(), Settings, Guid.CreateVersion7());
            for (var i = 0; i < 30; i++)
            {
                var id = TemporaryLog.NewId();
                acknowledged.Add((await log.AppendAsync(id, TemporaryLog.Payload(id, 100 + i * 37)), id));
            }
        }
        catch (Exception e) when (e is IOException or AuditUnavailableException)
        {
            Assert.NotNull(disk.FailAt);
        }

        return disk;
    }

    private static async Task VerifyAsync(FaultyDisk disk, List<(long Index, EventId Id)> acknowledged)
    {
        await using (var log = new SegmentLog(disk.Open(), Settings, Guid.CreateVersion7()))
        {
            var records = log.Records.Read(0, int.MaxValue).ToList();
            Assert.Equal(Enumerable.Range(0, records.Count).Select(i => (long)i), records.Select(record => record.Index));
            Assert.Equal(records.Count, records.Select(record => record.EventId).Distinct().Count());
            Assert.All(acknowledged, entry => Assert.Equal(entry.Id.Value, records[(int)entry.Index].EventId));
            Assert.Equal(records.Count, await log.AppendAsync(TemporaryLog.SignIn()));
        }

        await using var again = new SegmentLog(disk.After(Crash.DurableOnly).Open(), Settings, Guid.CreateVersion7());
        Assert.Null(again.Torn);
    }
}
