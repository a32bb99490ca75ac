using System.Collections.Immutable;
using Backbone.Platform;

namespace Backbone.Audit.Contracts.Events;

/// <summary>
/// One kind of event that a module of the backbone writes: everything that is the same each time it happens. Events are built from
/// their kind, so what the catalogue says and what the log holds cannot differ. (Not <c>event.kind</c> of ECS, which is always "event".)
/// </summary>
public sealed record EventKind
{
    /// <summary><c>event.action</c>; unique within the module.</summary>
    public required string Action { get; init; }

    /// <summary><c>event.module</c>.</summary>
    public required string Module { get; init; }

    /// <summary>Category and type when it succeeds; null when it cannot.</summary>
    public EventForm? OnSuccess { get; init; }

    /// <summary>Category and type when it is refused or fails; null when it cannot.</summary>
    public EventForm? OnFailure { get; init; }

    /// <summary>What happened, one line, for people.</summary>
    public required Wording What { get; init; }

    /// <summary>Who acts (<c>user.id</c> or <c>auth.client.id</c>), and on whom or what.</summary>
    public required Wording Who { get; init; }

    /// <summary>Every <c>event.reason</c> a failure may give.</summary>
    public ImmutableArray<string> Reasons { get; init; } = [];

    /// <summary>The details it may carry.</summary>
    public ImmutableArray<string> Details { get; init; } = [];

    public RetentionClass Retention { get; init; } = RetentionClass.General;

    /// <summary>What becomes of the act when the log takes nothing, unless the operator chose otherwise.</summary>
    public WhenUnavailable WhenUnavailable { get; init; } = WhenUnavailable.FailClosed;

    /// <summary>The event of one occurrence. A reason means failure.</summary>
    /// <exception cref="ArgumentException">The kind has no such outcome.</exception>
    public AuditEvent Occurred(TimeProvider clock, string? reason = null)
    {
        ArgumentNullException.ThrowIfNull(clock);
        var form = (reason is null ? OnSuccess : OnFailure)
            ?? throw new ArgumentException($"{Module}/{Action} does not {(reason is null ? "succeed" : "fail")}");
        return new AuditEvent
        {
            Id = EventId.New(clock),
            Timestamp = clock.GetUtcNow(),
            Action = Action,
            Category = form.Categories,
            Type = form.Types,
            Outcome = reason is null ? AuditOutcome.Success : AuditOutcome.Failure,
            Reason = reason,
            Module = Module,
        };
    }
}

/// <param name="Categories"><c>event.category</c>.</param>
/// <param name="Types"><c>event.type</c>.</param>
public sealed record EventForm(ImmutableArray<string> Categories, ImmutableArray<string> Types);

/// <summary>One line in both languages.</summary>
public sealed record Wording(string Chinese, string English)
{
    /// <summary>In the language of that two-letter name; Chinese unless it is "en".</summary>
    public string In(string language) => language == "en" ? English : Chinese;
}

/// <summary>How long an event must be kept; the periods and their legal bases are settings.</summary>
public enum RetentionClass
{
    /// <summary>Network and security events (Cybersecurity Law).</summary>
    General,

    /// <summary>Personal information was provided or looked at (Network Data Security Regulations art. 12).</summary>
    Disclosure,

    /// <summary>A credit record was queried or scored.</summary>
    Credit,

    /// <summary>Life of a certificate or of a key that signs.</summary>
    Certificate,
}

/// <summary>What a caller does when the event cannot be made durable.</summary>
public enum WhenUnavailable
{
    /// <summary>The act is refused.</summary>
    FailClosed,

    /// <summary>The act goes on; the event waits in a bounded buffer, and what is dropped is counted and itself an event.</summary>
    Buffer,
}
