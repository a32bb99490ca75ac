using Microsoft.AspNetCore.Identity;

namespace Backbone.Identity.Storage;

/// <summary>A person who can sign in. <see cref="IdentityUser{TKey}.Id"/> is the <c>SubjectId</c>; it never leaves the system.</summary>
internal sealed class Account : IdentityUser<Guid>
{
    public required AccountKind Kind { get; init; }

    /// <summary>What pages call the person; 1–50 characters.</summary>
    public required string DisplayName { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>
    /// The 30 s time step of the last accepted TOTP code: a code works once (RFC 6238 5.2). Null before the first one.
    /// </summary>
    public long? LastTotpStep { get; set; }

    /// <summary>Chosen language (<c>zh</c>, <c>en</c>); null follows the browser.</summary>
    public string? Language { get; set; }

    /// <summary>
    /// Signs in no more, and no session of it is alive, whoever set it (<see cref="IdentityUser{TKey}.LockoutEnd"/>, of any value). Guesses at a
    /// password lock the name elsewhere, and only for a time.
    /// </summary>
    public bool IsDisabled => LockoutEnd is not null;
}

internal enum AccountKind
{
    Citizen,
    Staff,
}
