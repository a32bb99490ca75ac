namespace Backbone.Identity.Protocol;

/// <summary>Lifetimes of what the protocol issues, and the way machines take (section <c>Backbone:Identity:Protocol</c>).</summary>
internal sealed class ProtocolOptions
{
    public const string Section = "Backbone:Identity:Protocol";

    /// <summary>An authorization code; 5–60 s (FAPI 2.0 allows no more), default 60 s.</summary>
    public TimeSpan Code { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>An access token; 30 s – 1 h, default 5 min. It cannot be taken back at a resource server that does not ask us.</summary>
    public TimeSpan AccessToken { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>A refresh token when unused; 1 min – 24 h, default 12 h. It ends with its session in any case.</summary>
    public TimeSpan RefreshToken { get; set; } = TimeSpan.FromHours(12);

    /// <summary>How long a used refresh token may be used again, for clients that lose answers; 0–30 s, default 0: the second use ends the family.</summary>
    public TimeSpan RefreshLeeway { get; set; } = TimeSpan.Zero;

    /// <summary>
    /// Whether plain requests of machines are granted without going through the engine (see <c>GrantPlainRequest</c>); default true. The answers
    /// are the same; set it to false to have every request go the long way.
    /// </summary>
    public bool ShortWay { get; set; } = true;

    /// <summary>Every failure, each with name, bound and value.</summary>
    public IEnumerable<string> Failures()
    {
        if (Code < TimeSpan.FromSeconds(5) || Code > TimeSpan.FromSeconds(60))
        {
            yield return $"{Section}:{nameof(Code)} must be between 00:00:05 and 00:01:00, but is {Code}.";
        }

        if (AccessToken < TimeSpan.FromSeconds(30) || AccessToken > TimeSpan.FromHours(1))
        {
            yield return $"{Section}:{nameof(AccessToken)} must be between 00:00:30 and 01:00:00, but is {AccessToken}.";
        }

        if (RefreshToken < TimeSpan.FromMinutes(1) || RefreshToken > TimeSpan.FromHours(24))
        {
            yield return $"{Section}:{nameof(RefreshToken)} must be between 00:01:00 and 1.00:00:00, but is {RefreshToken}.";
        }

        if (RefreshLeeway < TimeSpan.Zero || RefreshLeeway > TimeSpan.FromSeconds(30))
        {
            yield return $"{Section}:{nameof(RefreshLeeway)} must be between 00:00:00 and 00:00:30, but is {RefreshLeeway}.";
        }
    }
}
