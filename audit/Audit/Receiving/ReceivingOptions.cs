using Backbone.Audit.Receiving.Syslog;
using Microsoft.Extensions.Options;

namespace Backbone.Audit.Receiving;

/// <summary>Settings of the ways in for other systems (section <c>Backbone:Audit:Receiving</c>).</summary>
internal sealed class ReceivingOptions
{
    public const string Section = "Backbone:Audit:Receiving";

    /// <summary>Days an event may be old when it arrives: a sender that was cut off for that long can still deliver. 1 to 3,650; default 30.</summary>
    public int MostAgeDays { get; set; } = 30;

    /// <summary>Batches taken at once, of all senders together; each holds up to 8 MiB, and as much again while it is unpacked. More are told to come
    /// again. 1 to 256; default 8.</summary>
    public int MostBatches { get; set; } = 8;

    /// <summary>Batches taken at once of one sender. 1 to 256; default 4.</summary>
    public int MostBatchesPerSender { get; set; } = 4;

    /// <summary>Seconds within which a batch must have arrived whole; a slower one is given up. 1 to 600; default 60.</summary>
    public int BatchSeconds { get; set; } = 60;

    /// <summary>What is known of senders, by client id. A sender without an entry may send too, in the name of no organisation.</summary>
    public IDictionary<string, SenderOptions> Senders { get; } = new Dictionary<string, SenderOptions>(StringComparer.Ordinal);

    /// <summary>Syslog; nothing listens unless <see cref="SyslogOptions.Listen"/> is set.</summary>
    public SyslogOptions Syslog { get; } = new();
}

/// <summary>What the operator knows of one sender (<c>Backbone:Audit:Receiving:Senders:&lt;client id&gt;</c>).</summary>
internal sealed class SenderOptions
{
    /// <summary>The organisation it sends for: <c>organization.id</c> of all its events. 1 to 128 characters.</summary>
    public string? Organization { get; set; }

    /// <summary>What that organisation is called: <c>organization.name</c>. 1 to 128 characters.</summary>
    public string? OrganizationName { get; set; }

    /// <summary>
    /// SHA-256 fingerprints of its client certificates for syslog over TLS, 64 hex digits each (RFC 5425 4.2.2); two while one is being
    /// replaced. At most 8; no two senders share one.
    /// </summary>
    public IList<string> CertificateSha256 { get; } = [];

    /// <summary>
    /// Fields its syslog messages have where they do not say them, by name, for devices that cannot write structured data:
    /// <c>event.category</c>, <c>event.type</c>, <c>event.outcome</c>, <c>event.action</c>.
    /// </summary>
    public IDictionary<string, string> Defaults { get; } = new Dictionary<string, string>(StringComparer.Ordinal);
}

/// <summary>Every setting outside its bounds is named, with bound and value.</summary>
internal sealed class ReceivingOptionsBounds : IValidateOptions<ReceivingOptions>
{
    private const int LongestName = 128;

    public ValidateOptionsResult Validate(string? name, ReceivingOptions options)
    {
        List<string> failures = [];
        Check(nameof(options.MostAgeDays), options.MostAgeDays, 1, 3_650);
        Check(nameof(options.MostBatches), options.MostBatches, 1, 256);
        Check(nameof(options.MostBatchesPerSender), options.MostBatchesPerSender, 1, 256);
        Check(nameof(options.BatchSeconds), options.BatchSeconds, 1, 600);
        foreach (var (id, sender) in options.Senders)
        {
            Named($"Senders:{id}", id);
            Named($"Senders:{id}:{nameof(sender.Organization)}", sender.Organization);
            Named($"Senders:{id}:{nameof(sender.OrganizationName)}", sender.OrganizationName);
        }

        failures.AddRange(SyslogOptionsBounds.Failures(options).Select(failure => $"{ReceivingOptions.Section}:{failure}"));

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);

        void Check(string setting, int value, int least, int most)
        {
            if (value < least || value > most)
            {
                failures.Add($"{ReceivingOptions.Section}:{setting}: {least} to {most}, is {value}");
            }
        }

        void Named(string setting, string? value)
        {
            if (value is not null && (value.Length is 0 or > LongestName || value.Any(char.IsControl)))
            {
                failures.Add($"{ReceivingOptions.Section}:{setting}: 1 to {LongestName} characters without controls, has {value.Length}");
            }
        }
    }
}
