using Backbone.Audit.Appending;
using Backbone.Audit.Doctor;
using Backbone.Audit.Integrating;
using Backbone.Audit.Log.Checkpoints;
using Backbone.Audit.Publishing;
using Backbone.Audit.Storage;
using Backbone.Platform.Web;

namespace Backbone.Audit.Elasticsearch.Reconciling;

/// <summary>
/// The log for reading, in the process that writes it or beside it: what its published checkpoint covers, and nothing beyond. Changes nothing and
/// holds no lock.
/// </summary>
internal sealed class VerifiedLog
{
    private const int Attempts = 5;

    private VerifiedLog(LogReader records, string origin, long end)
    {
        Records = records;
        Origin = origin;
        End = end;
    }

    public LogReader Records { get; }

    /// <summary>The log's name, as its checkpoint has it.</summary>
    public string Origin { get; }

    /// <summary>Size of the checkpoint that was the newest at opening.</summary>
    public long End { get; }

    /// <summary>In the process that writes it.</summary>
    public static VerifiedLog Of(SegmentLog log, PublishedLog published, LogSigner signer) => new(log.Records, signer.Origin, published.State.Published);

    /// <summary>Beside whoever writes it.</summary>
    /// <exception cref="AuditLogCorruptException">The log is damaged.</exception>
    /// <exception cref="IOException">There is no log, or no checkpoint yet.</exception>
    public static async Task<VerifiedLog> OpenAsync(BackboneOptions platform, TimeProvider clock, CancellationToken cancellation)
    {
        var folder = platform.PathOf("audit", "log");
        var tlog = new TlogFolder(platform.PathOf("audit", "tlog"));
        if (!Directory.Exists(folder) || !File.Exists(tlog.CheckpointPath))
        {
            throw new FileNotFoundException($"there is no log with a checkpoint in {platform.PathOf("audit")}: start the host once");
        }

        for (var attempt = 1; ; attempt++)
        {
            // Before the segments: what it covers is in them, whatever comes in meanwhile.
            var checkpoint = SignedCheckpoint.Parse(await File.ReadAllBytesAsync(tlog.CheckpointPath, cancellation)).Checkpoint;
            var store = new ExaminedSegments(folder);
            try
            {
                var found = new Recovery(store, deduplicationWindow: 0, verifyAll: false).Run();
                return new VerifiedLog(new LogReader(store, found.Segments, found.NextIndex), checkpoint.Origin, Math.Min(checkpoint.Size, found.NextIndex));
            }
            catch (AuditLogCorruptException) when (attempt < Attempts && store.IsInUse)
            {
                // Seen in the middle of a write; a moment later it is whole.
                await Task.Delay(TimeSpan.FromMilliseconds(100), clock, cancellation);
            }
        }
    }
}
