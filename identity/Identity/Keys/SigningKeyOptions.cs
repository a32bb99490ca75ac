namespace Backbone.Identity.Keys;

/// <summary>The life of a signing key (section <c>Backbone:Identity:SigningKeys</c>).</summary>
internal sealed class SigningKeyOptions
{
    public const string Section = "Backbone:Identity:SigningKeys";

    /// <summary>Published this long before it first signs, so that apps have it in time; 1 h – 90 days, default 14 days.</summary>
    public TimeSpan Announce { get; set; } = TimeSpan.FromDays(14);

    /// <summary>Signs this long; more than <see cref="Announce"/>, at most 400 days, default 90 days.</summary>
    public TimeSpan Sign { get; set; } = TimeSpan.FromDays(90);

    /// <summary>Stays published this long after it last signed; 1 h – 90 days, default 14 days.</summary>
    public TimeSpan Retire { get; set; } = TimeSpan.FromDays(14);

    /// <summary>How often a host looks for keys that another host made; 1 s – 1 h, default 1 min.</summary>
    public TimeSpan Poll { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Every failure, each with name, bound and value.</summary>
    public IEnumerable<string> Failures()
    {
        if (Announce < TimeSpan.FromHours(1) || Announce > TimeSpan.FromDays(90))
        {
            yield return $"{Section}:{nameof(Announce)} must be between 01:00:00 and 90.00:00:00, but is {Announce}.";
        }

        if (Sign <= Announce || Sign > TimeSpan.FromDays(400))
        {
            yield return $"{Section}:{nameof(Sign)} must be more than {nameof(Announce)} ({Announce}) and at most 400.00:00:00, but is {Sign}.";
        }

        if (Retire < TimeSpan.FromHours(1) || Retire > TimeSpan.FromDays(90))
        {
            yield return $"{Section}:{nameof(Retire)} must be between 01:00:00 and 90.00:00:00, but is {Retire}.";
        }

        if (Poll < TimeSpan.FromSeconds(1) || Poll > TimeSpan.FromHours(1))
        {
            yield return $"{Section}:{nameof(Poll)} must be between 00:00:01 and 01:00:00, but is {Poll}.";
        }
    }
}
