using System.Collections.Immutable;
using System.Globalization;
using Backbone.Platform;

namespace Backbone.Audit.Contracts;

/// <summary>
/// One act or refusal, in the terms of the Elastic Common Schema 9.4: when, who, what, why, outcome.
/// No personal data in clear: people appear by <see cref="SubjectId"/>, addresses as keyed commitments.
/// </summary>
public sealed record AuditEvent
{
    /// <summary><c>event.id</c>, the idempotency key.</summary>
    public required EventId Id { get; init; }

    /// <summary><c>@timestamp</c>, UTC.</summary>
    public required DateTimeOffset Timestamp { get; init; }

    /// <summary><c>event.action</c>: what was done, lower-case words joined by hyphens ("sign-in").</summary>
    public required string Action { get; init; }

    /// <summary><c>event.category</c>: allowed values of ECS only (see <see cref="EcsCategory"/>).</summary>
    public required ImmutableArray<string> Category { get; init; }

    /// <summary><c>event.type</c>: allowed values of ECS only (see <see cref="EcsType"/>).</summary>
    public required ImmutableArray<string> Type { get; init; }

    /// <summary><c>event.outcome</c>.</summary>
    public required AuditOutcome Outcome { get; init; }

    /// <summary><c>event.reason</c>: the code of why it was refused ("wrong_password"); null on success.</summary>
    public string? Reason { get; init; }

    /// <summary><c>event.module</c>: the module that says so ("identity").</summary>
    public required string Module { get; init; }

    /// <summary><c>user.id</c>: who acted.</summary>
    public SubjectId? Subject { get; init; }

    /// <summary><c>user.target.id</c>: whom it was done to, when not the actor.</summary>
    public SubjectId? Target { get; init; }

    /// <summary><c>auth.session.id</c>.</summary>
    public SessionId? Session { get; init; }

    /// <summary><c>auth.client.id</c>: the OAuth client on whose behalf.</summary>
    public string? ClientId { get; init; }

    /// <summary><c>source.address</c>: the keyed commitment of the network address, never the address.</summary>
    public string? SourceCommitment { get; init; }

    /// <summary><c>trace.id</c>: the W3C trace of the request; the correlation id people see on error pages.</summary>
    public string? TraceId { get; init; }

    /// <summary>
    /// Further fields of the own closed set (<c>auth.*</c>, <c>resource.*</c> … of <see cref="Fields.EventFields"/>), name to value, in order
    /// of name. Numbers in decimal, times in RFC 3339, the values of a list joined by line feeds: see <see cref="With(string, IEnumerable{string})"/>.
    /// </summary>
    public ImmutableSortedDictionary<string, string> Details { get; init; } = ImmutableSortedDictionary<string, string>.Empty.WithComparers(StringComparer.Ordinal);

    /// <summary>The event with one more detail.</summary>
    public AuditEvent With(string name, string value) => this with { Details = Details.SetItem(name, value) };

    /// <inheritdoc cref="With(string, string)"/>
    public AuditEvent With(string name, long value) => With(name, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>The event with one more detail that is a list; without values there is none.</summary>
    public AuditEvent With(string name, IEnumerable<string> values)
    {
        var joined = string.Join(EcsFields.Separator, values);
        return joined.Length == 0 ? this : With(name, joined);
    }
}

/// <summary><c>event.outcome</c>, ECS allowed values.</summary>
public enum AuditOutcome
{
    Success,
    Failure,
    Unknown,
}

/// <summary><c>event.category</c>: the ECS values this system uses.</summary>
public static class EcsCategory
{
    public const string Api = "api";
    public const string Authentication = "authentication";
    public const string Configuration = "configuration";
    public const string Database = "database";
    public const string File = "file";
    public const string Iam = "iam";
    public const string Process = "process";
    public const string Session = "session";
    public const string Web = "web";
}

/// <summary><c>event.type</c>: the ECS values this system uses.</summary>
public static class EcsType
{
    public const string Access = "access";
    public const string Admin = "admin";
    public const string Allowed = "allowed";
    public const string Change = "change";
    public const string Creation = "creation";
    public const string Deletion = "deletion";
    public const string Denied = "denied";
    public const string End = "end";
    public const string Error = "error";
    public const string Group = "group";
    public const string Info = "info";
    public const string Start = "start";
    public const string User = "user";
}
