using System.Net;
using Backbone.Platform.Web;
using Microsoft.Extensions.Options;

namespace Backbone.Credit.Telling;

/// <summary>How messages are sent to programs (section <c>Backbone:Credit:Webhooks</c>).</summary>
internal sealed class WebhookOptions
{
    public const string Section = CreditOptions.Section + ":Webhooks";

    /// <summary>Whether this host sends; another of the same database may. Default true.</summary>
    public bool Sends { get; set; } = true;

    /// <summary>
    /// Networks that are not public and may be sent to all the same, as CIDR: <c>10.20.0.0/16</c>. At most 32. Default none: addresses of private networks,
    /// of this machine and of its neighbours are refused. Loopback (<c>127.0.0.0/8</c>), to which plain http is then allowed too, only where the host's
    /// own public address is loopback: in development. Link-local addresses never: machines of a cloud give their credentials away there.
    /// </summary>
    public IList<string> Networks { get; } = [];

    /// <summary>Messages on their way at once. Count, 1–256. Default 16, of which one receiver has at most 2.</summary>
    public int AtOnce { get; set; } = 16;

    /// <summary>How long a receiver has for its answer, connecting included. Seconds, 1–60. Default 10.</summary>
    public int Seconds { get; set; } = 10;

    /// <summary>How long it is tried. Hours, 1–168. Default 72; then a message is parked.</summary>
    public int Hours { get; set; } = 72;
}

internal sealed class WebhookOptionsBounds(BackboneOptions platform) : IValidateOptions<WebhookOptions>
{
    private static readonly IPNetwork[] LinkLocal = [IPNetwork.Parse("169.254.0.0/16"), IPNetwork.Parse("fe80::/10")];

    public ValidateOptionsResult Validate(string? name, WebhookOptions options)
    {
        List<string> failures = [];
        Bound(nameof(options.AtOnce), options.AtOnce, 1, 256, "messages");
        Bound(nameof(options.Seconds), options.Seconds, 1, 60, "seconds");
        Bound(nameof(options.Hours), options.Hours, 1, 168, "hours");
        if (options.Networks.Count > 32)
        {
            failures.Add($"{WebhookOptions.Section}:{nameof(options.Networks)} must be at most 32, but are {options.Networks.Count}.");
        }

        foreach (var text in options.Networks.Where(text => IPNetwork.TryParse(text, out var network) && LinkLocal.Any(local => Overlap(local, network))))
        {
            failures.Add($"{WebhookOptions.Section}:{nameof(options.Networks)} may not hold link-local addresses, but is '{text}'.");
        }

        foreach (var text in options.Networks)
        {
            if (!IPNetwork.TryParse(text, out var network))
            {
                failures.Add($"{WebhookOptions.Section}:{nameof(options.Networks)} must be networks such as 10.20.0.0/16, but one is '{text}'.");
            }
            else if ((network.Contains(IPAddress.Loopback) || network.Contains(IPAddress.IPv6Loopback)) && !new Uri(platform.PublicUrl).IsLoopback)
            {
                failures.Add($"{WebhookOptions.Section}:{nameof(options.Networks)} may hold loopback only where Backbone:PublicUrl is loopback, but is '{text}'.");
            }
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);

        static bool Overlap(IPNetwork one, IPNetwork other) => one.Contains(other.BaseAddress) || other.Contains(one.BaseAddress);

        void Bound(string field, int value, int least, int most, string unit)
        {
            if (value < least || value > most)
            {
                failures.Add($"{WebhookOptions.Section}:{field} must be {least}–{most} ({unit}), but is {value}.");
            }
        }
    }
}
