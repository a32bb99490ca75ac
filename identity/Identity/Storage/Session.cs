namespace Backbone.Identity.Storage;

/// <summary>A server-side session. The browser holds only an opaque ticket; ending the row ends the session everywhere.</summary>
internal sealed class Session
{
    public required Guid Id { get; init; }

    public required Guid AccountId { get; init; }

    /// <summary>SHA-256 of the 256-bit ticket in the cookie: a stolen database opens no session.</summary>
    public required byte[] TicketHash { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Moves at most once a minute; idle time counts from here.</summary>
    public required DateTimeOffset LastSeenAt { get; set; }

    /// <summary>When the person last proved who they are (<c>auth_time</c>).</summary>
    public required DateTimeOffset AuthenticatedAt { get; set; }

    /// <summary>RFC 8176 methods, space separated ("pwd otp").</summary>
    public required string Methods { get; set; }

    /// <summary>Browser and system in words, cut from the user agent; at most 100 characters.</summary>
    public required string Device { get; init; }

    /// <summary>Network address as the person is shown it. Personal: never in logs or audit leaves.</summary>
    public required string Address { get; init; }

    /// <summary>Whom the person chose to act for: an organisation's code, empty for themselves, null before they were asked. A wish, not a right.</summary>
    public string? ActingFor { get; set; }

    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>Why it ended: signed-out, ended-elsewhere, idle, expired, password-changed, administrator.</summary>
    public string? EndReason { get; set; }
}
