using System.Collections.Immutable;

namespace Backbone.Audit.Receiving.Otlp;

/// <summary>One log record of OTLP with what stands above it, whichever encoding it came in.</summary>
internal sealed record OtlpLog
{
    /// <summary>Attributes of the resource: what the sender's whole process has in common.</summary>
    public required IReadOnlyList<OtlpAttribute> Resource { get; init; }

    /// <summary>Name of the instrumentation scope.</summary>
    public string? Scope { get; init; }

    /// <summary>Nanoseconds since 1970; 0: not known.</summary>
    public ulong Time { get; init; }

    /// <summary>When it was noticed; 0: not known.</summary>
    public ulong Observed { get; init; }

    /// <summary>1 to 24; 0: not known.</summary>
    public long Severity { get; init; }

    public string? SeverityText { get; init; }

    public string? EventName { get; init; }

    public OtlpValue? Body { get; init; }

    public IReadOnlyList<OtlpAttribute> Attributes { get; init; } = [];

    /// <summary>Lower-case hex.</summary>
    public string? Trace { get; init; }

    /// <summary>Lower-case hex.</summary>
    public string? Span { get; init; }
}

internal readonly record struct OtlpAttribute(string Name, OtlpValue Value);

/// <summary>A value of OTLP (AnyValue).</summary>
internal abstract record OtlpValue
{
    /// <summary>Levels of lists and maps within each other; deeper ones are refused.</summary>
    public const int Deepest = 8;

    /// <summary>Attributes, or items, that are kept of one list; one more than any event may have, so that too many are noticed.</summary>
    public const int MostKept = Events.EventDraft.MostFields + 1;

    internal sealed record Text(string Value) : OtlpValue;

    internal sealed record Flag(bool Value) : OtlpValue;

    internal sealed record Integer(long Value) : OtlpValue;

    internal sealed record Real(double Value) : OtlpValue;

    internal sealed record Items(ImmutableArray<OtlpValue> Values) : OtlpValue;

    internal sealed record Map(ImmutableArray<OtlpAttribute> Members) : OtlpValue;

    /// <summary>Bytes, or nothing: no field of an event can hold it.</summary>
    internal sealed record Other : OtlpValue;
}
