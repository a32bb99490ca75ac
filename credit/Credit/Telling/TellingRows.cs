namespace Backbone.Credit.Telling;

/// <summary>Why a subscription is over.</summary>
internal enum SubscriptionEnd : short
{
    None = 0,

    /// <summary>By the program itself.</summary>
    Program = 1,

    /// <summary>Its address answered 410.</summary>
    Gone = 2,
}

/// <summary>
/// A program that is told when something changes about one organisation, for a purpose and by a law that it names. It ends by itself; who asks again
/// with a token that may still ask renews it. The key begins with the entity.
/// </summary>
internal sealed class Subscription
{
    /// <summary>Days until it ends where it is not renewed: so long at most is a program told that may ask no more.</summary>
    public const int Days = 90;

    public const int LongestTarget = 500;

    /// <summary>18 characters.</summary>
    public required string Entity { get; init; }

    /// <summary>UUIDv7.</summary>
    public required Guid Id { get; init; }

    /// <summary>The program: its client id.</summary>
    public required string Client { get; init; }

    /// <summary>A purpose of the pack.</summary>
    public required string Purpose { get; init; }

    /// <summary>The law it named; the organisation reads it.</summary>
    public required string Basis { get; init; }

    /// <summary>Where messages go. It may hold a password of the receiver's: shown to the program alone, in no log line and no event.</summary>
    public required string Target { get; init; }

    /// <summary>Told of another grade.</summary>
    public bool Grades { get; init; }

    /// <summary>Told of new records.</summary>
    public bool Facts { get; init; }

    public DateTimeOffset At { get; init; }

    public DateTimeOffset Until { get; set; }

    public DateTimeOffset? EndedAt { get; set; }

    public SubscriptionEnd Ending { get; set; }
}

internal enum DeliveryState : short
{
    /// <summary>To be sent, or sent and not yet answered.</summary>
    Waiting = 0,

    Delivered = 1,

    /// <summary>Given up after three days.</summary>
    Parked = 2,

    /// <summary>The subscription ended first.</summary>
    Dropped = 3,
}

/// <summary>
/// One message for one subscription: written in the transaction of what it tells of, sent until it is taken. Its id and body are the same each time.
/// The key begins with the entity.
/// </summary>
internal sealed class Delivery
{
    /// <summary>Characters of <see cref="Receiver"/>; a scheme, a name of the DNS and a port have fewer.</summary>
    public const int LongestReceiver = 300;

    public required string Entity { get; init; }

    /// <summary>UUIDv7: <c>webhook-id</c>, by which a receiver knows one that comes twice.</summary>
    public required Guid Id { get; init; }

    /// <summary>All zero for a notice that goes to the program's own address for notices.</summary>
    public required Guid Subscription { get; init; }

    /// <summary>The program it is for: its client id.</summary>
    public required string Client { get; init; }

    /// <summary>Scheme, host and port: what is asked little while it does not answer.</summary>
    public required string Receiver { get; init; }

    /// <summary>A type of <see cref="Message"/>.</summary>
    public required string Type { get; init; }

    public required byte[] Body { get; init; }

    public DateTimeOffset At { get; init; }

    public DeliveryState State { get; set; }

    /// <summary>Goes up when a host takes it to send: whoever took it last says what came of it.</summary>
    public int Attempts { get; set; }

    /// <summary>When it is due; while it is being sent, when another host may take it because this one has died.</summary>
    public DateTimeOffset NextAt { get; set; }

    /// <summary>Attempts that failed since <see cref="TriedSince"/>.</summary>
    public int Failures { get; set; }

    /// <summary>From when the time runs after which it is given up: when it was written, or somebody had it sent again.</summary>
    public DateTimeOffset TriedSince { get; set; }

    /// <summary>Why the last attempt failed, one of few words; empty before.</summary>
    public string Failure { get; set; } = "";

    public DateTimeOffset? DoneAt { get; set; }
}

/// <summary>What signs the messages to one program, sealed under the master key; and where notices go that no subscription carries.</summary>
internal sealed class WebhookSecret
{
    public required string Client { get; init; }

    /// <summary>Where the program wants notices of whatever organisation; null where it fetches them.</summary>
    public string? NoticeTarget { get; set; }

    public required byte[] Sealed { get; set; }

    /// <summary>The one before, with which messages are signed too until <see cref="FormerUntil"/>.</summary>
    public byte[]? Former { get; set; }

    public DateTimeOffset? FormerUntil { get; set; }

    /// <summary>Of two that make another at once, the second is told so.</summary>
    public int Version { get; set; }
}
