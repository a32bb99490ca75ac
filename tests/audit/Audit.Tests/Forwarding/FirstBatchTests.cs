using Backbone.Audit.Appending;
using Backbone.Audit.Contracts;
using Backbone.Audit.Events;
using Backbone.Audit.Receiving.Spools;
using Backbone.Audit.Storage;
using Backbone.Platform;
using Microsoft.Extensions.Logging.Abstractions;

namespace Backbone.Audit.Tests.Forwarding;

/// <summary>The first batch of a spool: whatever becomes of its mark, a repetition is known by the log. The log's own memory of ids is to hide nothing.</summary>
public sealed class FirstBatchTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("first-batch-").FullName;
    private readonly SpoolName name = new("host-two", Guid.CreateVersion7());
    private readonly List<ReadOnlyMemory<byte>> lines =
        [.. Enumerable.Range(0, 5).Select(_ => (ReadOnlyMemory<byte>)AuditEventJson.Encode(AuditKinds.Search.Occurred(TimeProvider.System)))];

    private string Marks => Path.Combine(folder, "spools");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("as it was before the crash")]
    [InlineData("damaged")]
    public async Task Sent_again_after_the_log_stopped_it_is_there_once(string mark)
    {
        Dictionary<string, byte[]> crashed = [];
        await TakeAsync(onAppend: () => crashed = Read());
        foreach (var path in Directory.GetFiles(Marks))
        {
            File.Delete(path);
        }

        foreach (var (path, bytes) in crashed)
        {
            await File.WriteAllBytesAsync(path, mark == "damaged" ? bytes[..^4] : bytes, TestContext.Current.CancellationToken);
        }

        await TakeAsync();

        using var log = OpenLog();
        Assert.Equal(lines.Select(line => AuditEventJson.Decode(line).Id.Value), log.Records.Read(0, int.MaxValue).Select(record => record.EventId));
    }

    /// <summary>One life of the log's host.</summary>
    private async Task TakeAsync(Action? onAppend = null)
    {
        using var log = OpenLog();
        var intake = new SpoolIntake(log, new WatchedTrail(log, onAppend), new SpoolMarks(Marks), NullLogger<AuditModule>.Instance);
        Assert.Equal(lines.Count, (await intake.TakeAsync(name, 0, 0, lines)).Next);
    }

    private SegmentLog OpenLog() => new(
        new FileSegmentStore(Path.Combine(folder, "log")), TemporaryLog.Small with { DeduplicationWindow = 1 }, Guid.CreateVersion7());

    private Dictionary<string, byte[]> Read() => Directory.Exists(Marks) ? Directory.GetFiles(Marks).ToDictionary(path => path, File.ReadAllBytes) : [];

    private sealed class WatchedTrail(SegmentLog log, Action? onAppend) : IAuditTrail
    {
        public ValueTask<long> AppendAsync(AuditEvent auditEvent, CancellationToken cancellation = default) => log.AppendAsync(auditEvent, cancellation);

        public ValueTask<long> AppendAsync(EventId id, ReadOnlyMemory<byte> encoded, CancellationToken cancellation = default)
        {
            onAppend?.Invoke();
            return log.AppendAsync(id, encoded, cancellation);
        }
    }
}
