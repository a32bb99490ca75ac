using System.Collections.Immutable;
using System.Text;
using Backbone.Audit.Appending;
using Backbone.Audit.Contracts;
using Backbone.Audit.Storage;
using Backbone.Platform;

namespace Backbone.Audit.Tests;

/// <summary>A folder of its own for one test, and small logs in it.</summary>
internal sealed class TemporaryLog : IDisposable
{
    public TemporaryLog()
    {
        Folder = Directory.CreateTempSubdirectory("audit-log-").FullName;
    }

    public string Folder { get; }

    public static SegmentLogSettings Small { get; } = new() { SegmentBytes = 4096, BatchBytes = 2048, DeduplicationWindow = 1000 };

    public SegmentLog Open(SegmentLogSettings? settings = null)
    {
        return new SegmentLog(new FileSegmentStore(Folder), settings ?? new SegmentLogSettings { VerifyAll = true }, Guid.CreateVersion7());
    }

    public IReadOnlyList<string> Segments => [.. Directory.GetFiles(Folder, "*.seg").Order(StringComparer.Ordinal)];

    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
    }

    public static EventId NewId()
    {
        return EventId.New(TimeProvider.System);
    }

    /// <summary>Bytes that hold the id, of about that length.</summary>
    public static byte[] Payload(EventId id, int length = 100)
    {
        return Encoding.UTF8.GetBytes($$"""{"event":{"id":"{{id}}"},"fill":"{{new string('x', Math.Max(0, length - 65))}}"}""");
    }

    public static AuditEvent SignIn()
    {
        return new AuditEvent
        {
            Id = NewId(),
            Timestamp = TimeProvider.System.GetUtcNow(),
            Action = "sign-in",
            Category = [EcsCategory.Authentication],
            Type = [EcsType.Start],
            Outcome = AuditOutcome.Success,
            Module = "identity",
            Details = ImmutableSortedDictionary<string, string>.Empty.Add("auth.method", "password"),
        };
    }
}
