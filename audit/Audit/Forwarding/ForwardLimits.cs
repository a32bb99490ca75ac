using Backbone.Audit.Receiving;
using Backbone.Platform.Web.Batches;

namespace Backbone.Audit.Forwarding;

/// <summary>Bounds of the forwarding loop, all in one place. Tests shorten the times.</summary>
internal sealed record ForwardLimits
{
    /// <summary>Events of one request at most; the log takes <see cref="BatchLines.Most"/>.</summary>
    public int BatchEvents { get; init; } = 2_000;

    /// <summary>Bytes of one request at most, unless one event has more; the log takes <see cref="BatchBody.MostBytes"/>.</summary>
    public int BatchBytes { get; init; } = 2 << 20;

    /// <summary>A log that has not answered by then is taken for gone.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Before a failed request is tried again the first time; doubled each time, half of it by chance.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(250);

    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(30);
}
