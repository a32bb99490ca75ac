using Backbone.Identity.Register;

namespace Backbone.Identity.Notices;

/// <summary>The way to a person's phone or mailbox. Implementations: the development sender; later, a gateway for SMS and one for mail.</summary>
internal interface INoticeSender
{
    /// <summary>
    /// Hands the notice over; delivery itself may take longer. Never tells the caller whether the address exists. Nobody on the way
    /// writes its text or its address to a log.
    /// </summary>
    ValueTask SendAsync(Notice notice, CancellationToken cancellation);
}

/// <param name="Kind">What it is about; picks the words.</param>
/// <param name="To">Phone or mailbox.</param>
/// <param name="Text">The whole message in the receiver's language.</param>
/// <param name="Code">The code inside the text, when there is one.</param>
/// <param name="At">When it was handed over.</param>
internal sealed record Notice(NoticeKind Kind, Identifier To, string Text, string? Code, DateTimeOffset At);

internal enum NoticeKind
{
    /// <summary>A code to register with.</summary>
    RegisterCode,

    /// <summary>Someone wanted to register with an address that has an account.</summary>
    RegisterKnown,

    /// <summary>A code to choose a new password with.</summary>
    ResetCode,

    /// <summary>Someone wanted to reset the password of an address without an account.</summary>
    ResetUnknown,

    /// <summary>The password was changed by a reset.</summary>
    ResetDone,

    /// <summary>The password was changed by someone who knew the old one.</summary>
    PasswordChanged,

    /// <summary>An authenticator app became the second factor.</summary>
    AuthenticatorAdded,

    /// <summary>Another authenticator app took the place of the one before.</summary>
    AuthenticatorReplaced,

    AuthenticatorRemoved,

    /// <summary>New recovery codes; the old ones work no more.</summary>
    RecoveryCodesRenewed,

    PasskeyAdded,

    PasskeyRemoved,

    /// <summary>A code that proves another address of an account.</summary>
    ContactCode,

    /// <summary>Someone wanted to add an address that belongs to another account.</summary>
    ContactKnown,

    /// <summary>Another phone or mailbox belongs to the account.</summary>
    ContactAdded,

    /// <summary>The account belongs to a person whose real name is verified.</summary>
    RealNameVerified,

    /// <summary>The person may act for an organisation.</summary>
    MandateGiven,

    /// <summary>The person may no longer act for an organisation, or not with all powers.</summary>
    MandateEnded,
}
