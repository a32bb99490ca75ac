using Backbone.Audit.Appending;
using Backbone.Audit.Storage;
using Backbone.Platform;

namespace Backbone.Audit.Tests.Storage;

public sealed class RecoveryTests
{
    private static readonly SegmentLogSettings Settings = TemporaryLog.Small with { VerifyAll = true };

    [Fact]
    public async Task A_last_record_cut_at_any_byte_is_dropped_and_no_other()
    {
        var disk = await FilledAsync(10, bytes: 150);
        var name = disk.Names.Single();
        var whole = disk.Contents(name);
        for (var length = whole.Length - 189; length < whole.Length; length++)
        {
            disk.Replace(name, whole[..length]);
            await using var log = Open(disk);
            Assert.Equal(9, log.Records.EndIndex);
            Assert.Equal(whole.Length - 190, log.Torn!.Offset);
            Assert.Equal(whole.Length - 190, disk.Contents(name).Length);
        }
    }

    [Fact]
    public async Task A_last_record_with_any_byte_changed_is_dropped()
    {
        var disk = await FilledAsync(10, bytes: 150);
        var name = disk.Names.Single();
        var whole = disk.Contents(name);
        for (var at = whole.Length - 190; at < whole.Length; at++)
        {
            disk.Replace(name, Changed(whole, at));
            await using var log = Open(disk);
            Assert.Equal(9, log.Records.EndIndex);
        }
    }

    [Fact]
    public async Task Any_byte_changed_before_the_last_record_is_refused_with_file_and_offset_and_nothing_is_touched()
    {
        var disk = await FilledAsync(4, bytes: 150);
        var name = disk.Names.Single();
        var whole = disk.Contents(name);
        for (var at = 0; at < whole.Length - 190; at++)
        {
            var changed = Changed(whole, at);
            disk.Replace(name, changed);
            var refused = Assert.Throws<AuditLogCorruptException>(() => Open(disk));
            Assert.Equal("disk/" + name, refused.Path);
            Assert.Equal(at < 64 ? 0 : at - (at - 64) % 190, refused.Offset);
            Assert.StartsWith($"audit log refused: disk/{name} at offset {refused.Offset}: ", refused.Message, StringComparison.Ordinal);
            Assert.Equal(changed, disk.Contents(name));
        }
    }

    [Fact]
    public async Task Damage_in_a_sealed_segment_is_refused_even_at_its_end()
    {
        var disk = await FilledAsync(60, bytes: 150);
        var name = disk.Names[0];
        var whole = disk.Contents(name);
        disk.Replace(name, Changed(whole, whole.Length - 1));
        Assert.Equal("disk/" + name, Assert.Throws<AuditLogCorruptException>(() => Open(disk)).Path);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_missing_segment_is_refused_without_reading_records(int missing)
    {
        var disk = await FilledAsync(80, bytes: 150);
        Assert.True(disk.Names.Count > 3);
        disk.Remove(disk.Names[missing]);
        Assert.Throws<AuditLogCorruptException>(() => Open(disk, TemporaryLog.Small with { DeduplicationWindow = 1 }));
    }

    [Fact]
    public async Task A_shortened_sealed_segment_is_refused_without_reading_records()
    {
        var disk = await FilledAsync(80, bytes: 150);
        disk.Replace(disk.Names[0], disk.Contents(disk.Names[0])[..^190]);
        Assert.Throws<AuditLogCorruptException>(() => Open(disk, TemporaryLog.Small with { DeduplicationWindow = 1 }));
    }

    [Fact]
    public async Task All_segments_gone_is_a_loss_and_never_an_empty_log()
    {
        var disk = await FilledAsync(5, bytes: 150);
        disk.Remove(disk.Names[0]);
        Assert.Contains("no segment", Assert.Throws<AuditLogCorruptException>(() => Open(disk)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_segment_of_another_log_is_refused()
    {
        var disk = await FilledAsync(80, bytes: 150);
        var other = await FilledAsync(80, bytes: 150);
        disk.Replace(disk.Names[1], other.Contents(disk.Names[1]));
        Assert.Contains("belongs to log", Assert.Throws<AuditLogCorruptException>(() => Open(disk)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_no_segment_is_refused()
    {
        var disk = await FilledAsync(5, bytes: 150);
        disk.Replace("copy.seg", disk.Contents(disk.Names[0]));
        Assert.Contains("copy.seg", Assert.Throws<AuditLogCorruptException>(() => Open(disk)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_lost_inside_the_unacknowledged_batch_is_a_torn_tail()
    {
        var (disk, acknowledged) = await WithBatchAsync(acknowledgedBefore: 3, batch: 60);
        var name = disk.Names.Single();
        var whole = disk.Contents(name);
        whole.AsSpan(4096, 4096).Clear();
        disk.Replace(name, whole);
        await using var log = Open(disk, new SegmentLogSettings());
        Assert.True(log.Records.EndIndex >= acknowledged);
        Assert.True(log.Torn!.Offset <= 4096);
    }

    [Fact]
    public async Task Damage_inside_the_last_batch_that_is_no_lost_page_is_refused()
    {
        var (disk, _) = await WithBatchAsync(acknowledgedBefore: 3, batch: 60);
        var name = disk.Names.Single();
        disk.Replace(name, Changed(disk.Contents(name), 5000));
        Assert.Throws<AuditLogCorruptException>(() => Open(disk, new SegmentLogSettings()));
    }

    [Fact]
    public async Task A_page_lost_before_the_last_batch_is_refused()
    {
        var (disk, _) = await WithBatchAsync(acknowledgedBefore: 60, batch: 60);
        var name = disk.Names.Single();
        var whole = disk.Contents(name);
        whole.AsSpan(4096, 4096).Clear();
        disk.Replace(name, whole);
        Assert.Throws<AuditLogCorruptException>(() => Open(disk, new SegmentLogSettings()));
    }

    /// <summary>Events one by one, then some that the writer finds together and writes as one batch.</summary>
    private static async Task<(FaultyDisk Disk, int Acknowledged)> WithBatchAsync(int acknowledgedBefore, int batch)
    {
        var disk = new FaultyDisk();
        await using var log = new SegmentLog(disk.Open(), new SegmentLogSettings(), Guid.CreateVersion7());
        await AppendAsync(log, acknowledgedBefore - 1, 150);
        using var hold = new ManualResetEventSlim();
        using var reached = new ManualResetEventSlim();
        disk.BeforeWrite = () =>
        {
            reached.Set();
            hold.Wait();
        };
        var last = AppendAsync(log, 1, 150);
        reached.Wait();
        var together = Enumerable.Range(0, batch).Select(_ => AppendAsync(log, 1, 150)).ToList();
        hold.Set();
        await last;
        await Task.WhenAll(together);
        return (disk, acknowledgedBefore);
    }

    private static async Task<FaultyDisk> FilledAsync(int events, int bytes)
    {
        var disk = new FaultyDisk();
        await using var log = Open(disk);
        await AppendAsync(log, events, bytes);
        return disk;
    }

    private static async Task AppendAsync(SegmentLog log, int events, int bytes)
    {
        for (var i = 0; i < events; i++)
        {
            var id = EventId.New(TimeProvider.System);
            await log.AppendAsync(id, TemporaryLog.Payload(id, bytes));
        }
    }

    private static SegmentLog Open(FaultyDisk disk, SegmentLogSettings? settings = null)
    {
        return new SegmentLog(disk.Open(), settings ?? Settings, Guid.CreateVersion7());
    }

    private static byte[] Changed(byte[] contents, int at)
    {
        var copy = contents.ToArray();
        copy[at] ^= 0x10;
        return copy;
    }
}
