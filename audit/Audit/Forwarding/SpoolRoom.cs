using Backbone.Audit.Log.Segments;
using Backbone.Audit.Storage;

namespace Backbone.Audit.Forwarding;

/// <summary>
/// The bound of the spool's disk, in whole segments as they are allocated in advance. An event reserves its bytes before it is queued, so
/// that the bound holds whatever is on its way.
/// </summary>
internal sealed class SpoolRoom(LogReader records, SegmentLogSettings settings, long mostBytes)
{
    private readonly int mostSegments = (int)Math.Max(2, mostBytes / settings.SegmentBytes);
    private long underWay;

    public long MostBytes => mostSegments * settings.SegmentBytes;

    public long Bytes => records.Extent.Segments * settings.SegmentBytes;

    public bool IsFull => Left() < RecordWalk.MaxRecord;

    /// <summary>False when it does not fit; nothing is reserved then.</summary>
    public bool TryReserve(int bytes)
    {
        var size = RecordFrame.HeaderBytes + bytes;
        Interlocked.Add(ref underWay, size);
        if (Left() >= 0)
        {
            return true;
        }

        Interlocked.Add(ref underWay, -size);
        return false;
    }

    /// <summary>The event is on the disk by now, or will not be.</summary>
    public void Return(int bytes) => Interlocked.Add(ref underWay, -(RecordFrame.HeaderBytes + bytes));

    /// <summary>A batch lies in one segment, so the end of every segment but the last may stay empty by as much as a batch has.</summary>
    private long Left()
    {
        var (segments, newest) = records.Extent;
        var further = Math.Max(0, mostSegments - segments) * (settings.SegmentBytes - settings.BatchBytes);
        return settings.SegmentBytes - newest + further - Interlocked.Read(ref underWay);
    }
}
