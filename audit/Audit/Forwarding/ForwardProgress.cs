using System.Diagnostics.Metrics;

namespace Backbone.Audit.Forwarding;

/// <summary>How far forwarding has come, for whoever asks. Written by the forwarding loop alone.</summary>
internal sealed class ForwardProgress(TimeProvider clock)
{
    private long next;
    private long refused;
    private volatile ForwardFault? fault;
    private long lastContact;
    private long lastReuse;

    /// <summary>Every event of the spool below it is in the log, or among the refused.</summary>
    public long Next => Volatile.Read(ref next);

    /// <summary>Events refused for good since this process began.</summary>
    public long Refused => Volatile.Read(ref refused);

    /// <summary>When the log last answered; null before it ever did in this process.</summary>
    public DateTimeOffset? LastContact => Volatile.Read(ref lastContact) is > 0 and var ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    /// <summary>When the log last got events under numbers that others had before, in this process or an earlier one; null for never.</summary>
    public DateTimeOffset? LastReuse => Volatile.Read(ref lastReuse) is > 0 and var ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    /// <summary>What keeps events from going on, and since when; null while they do.</summary>
    public ForwardFault? Fault => fault;

    public void Begin(long at, DateTimeOffset? reuse)
    {
        Volatile.Write(ref next, at);
        Volatile.Write(ref lastReuse, reuse?.UtcTicks ?? 0);
    }

    public void Reused() => Volatile.Write(ref lastReuse, clock.GetUtcNow().UtcTicks);

    /// <summary>True when a fault ended with it.</summary>
    public bool Answered(long at, int refusedNow)
    {
        Volatile.Write(ref next, at);
        Interlocked.Add(ref refused, refusedNow);
        Volatile.Write(ref lastContact, clock.GetUtcNow().UtcTicks);
        var ended = fault is not null;
        fault = null;
        return ended;
    }

    /// <summary>True when it is another fault than before.</summary>
    public bool Failed(ForwardTrouble trouble)
    {
        var before = fault;
        fault = new ForwardFault(trouble.Reason, trouble.Cure, before?.Since ?? clock.GetUtcNow());
        return before?.Reason != trouble.Reason;
    }
}

/// <summary>Why nothing is forwarded, what can be done about it, and since when.</summary>
internal sealed record ForwardFault(string Reason, string Cure, DateTimeOffset Since);

/// <summary>Counts of forwarding (meter <c>Backbone.Audit.Forward</c>).</summary>
internal sealed class ForwardMetrics
{
    public const string Meter = "Backbone.Audit.Forward";

    public ForwardMetrics(IMeterFactory meters, ForwardProgress progress, SpoolTrail spool)
    {
        var meter = meters.Create(Meter);
        Events = meter.CreateCounter<long>("backbone.audit.forward.events", "{event}", "Events that the log has acknowledged.");
        RefusedEvents = meter.CreateCounter<long>("backbone.audit.forward.refused", "{event}", "Events that the log will not take.");
        meter.CreateObservableCounter("backbone.audit.forward.dropped", () => spool.Drops.Total, "{event}", "Events that were dropped because the spool was full.");
        meter.CreateObservableGauge("backbone.audit.forward.bytes", () => spool.Bytes, "By", "Bytes of the spool on this host's disk.");
        meter.CreateObservableGauge(
            "backbone.audit.forward.waiting", () => Math.Max(0, spool.Records.EndIndex - progress.Next), "{event}", "Events of the spool that the log has not acknowledged.");
    }

    public Counter<long> Events { get; }

    public Counter<long> RefusedEvents { get; }
}
