using System.Net;
using Backbone.Audit.Connecting;
using Backbone.Audit.Contracts.Events;
using Microsoft.Extensions.Options;

namespace Backbone.Audit.Forwarding;

/// <summary>
/// Settings of a host whose events go to the log of another (section <c>Backbone:Audit:Forward</c>). Without <see cref="Url"/> the log is here.
/// </summary>
internal sealed class ForwardOptions
{
    public const string Section = "Backbone:Audit:Forward";

    /// <summary>A secret may stand in a file of its own: <c>file:/run/secrets/forward</c>.</summary>
    public const string FileReference = "file:";

    /// <summary>The public address of the host that keeps the log: scheme, host, port; https, or http to loopback only. Default none.</summary>
    public string Url { get; set => field = value ?? ""; } = "";

    /// <summary>Where the token comes from. Default: the issuer of this host (<c>Backbone:Issuer</c>).</summary>
    public string? Issuer { get; set; }

    /// <summary>The client this host is at the issuer, of the kind machine with the scope <c>audit.forward</c>; one for each host. Required.</summary>
    public string ClientId { get; set => field = value ?? ""; } = "";

    /// <summary>Its secret, or <c>file:PATH</c> of it. Required.</summary>
    public string ClientSecret { get; set => field = value ?? ""; } = "";

    /// <summary>A PEM file of the authority, or authorities, that alone may have signed the certificates of log and issuer; read at the start. Default: those the machine trusts.</summary>
    public string? CertificateAuthority { get; set; }

    /// <summary>
    /// Bytes the spool may take on this host's disk, in whole segments. When it is full, <see cref="WhenFull"/> decides. 16,777,216 (16 MiB) to
    /// 1,099,511,627,776 (1 TiB); default 4,294,967,296 (4 GiB).
    /// </summary>
    public long MaximumBytes { get; set; } = 4L << 30;

    /// <summary>
    /// What becomes of an event when the spool is full, by its kind, <c>module/action</c> of docs/events.md: <c>FailClosed</c>, the act is refused;
    /// <c>CountedDrop</c>, the act goes on, the event is dropped and counted, and an event says so once there is room. Default: as the kind says.
    /// </summary>
    public IDictionary<string, string> WhenFull { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    public bool IsUsed => Url.Length > 0;

    /// <summary>The secret itself, read from its file where it is a reference: each time, so that it may be replaced.</summary>
    public string Secret => ClientSecret.StartsWith(FileReference, StringComparison.Ordinal)
        ? File.ReadAllText(ClientSecret[FileReference.Length..]).Trim()
        : ClientSecret;
}

/// <summary>Every setting outside its bounds is named, with bound and value; secrets are never repeated.</summary>
internal sealed class ForwardOptionsBounds(EventCatalogue catalogue) : IValidateOptions<ForwardOptions>
{
    public const string CountedDrop = nameof(CountedDrop);
    private const long LeastBytes = 16 << 20;
    private const long MostBytes = 1L << 40;
    private const int LongestClientId = 100;

    public ValidateOptionsResult Validate(string? name, ForwardOptions options)
    {
        List<string> failures = [.. AddressFailures(nameof(options.Url), options.Url)];
        if (options.Issuer is { } issuer)
        {
            failures.AddRange(AddressFailures(nameof(options.Issuer), issuer));
        }

        if (options.ClientId.Length is 0 or > LongestClientId)
        {
            failures.Add($"{Name(nameof(options.ClientId))}: 1 to {LongestClientId} characters, has {options.ClientId.Length}");
        }

        if (options.ClientSecret.Length == 0)
        {
            failures.Add($"{Name(nameof(options.ClientSecret))}: a secret, or file: and the path of one; is empty");
        }
        else if (options.ClientSecret.StartsWith(ForwardOptions.FileReference, StringComparison.Ordinal)
            && options.ClientSecret[ForwardOptions.FileReference.Length..] is var file && !File.Exists(file))
        {
            failures.Add($"{Name(nameof(options.ClientSecret))}: names an existing file, there is no \"{file}\"");
        }

        if (options.CertificateAuthority is { } authority && !NamedAuthority.IsReadable(authority))
        {
            failures.Add($"{Name(nameof(options.CertificateAuthority))}: an existing PEM file with a certificate, is \"{authority}\"");
        }

        if (options.MaximumBytes is < LeastBytes or > MostBytes)
        {
            failures.Add($"{Name(nameof(options.MaximumBytes))}: {LeastBytes} to {MostBytes}, is {options.MaximumBytes}");
        }

        foreach (var (kind, choice) in options.WhenFull)
        {
            if (kind.Split('/') is not [var module, var action] || catalogue.Find(module, action) is null)
            {
                failures.Add($"{Name(nameof(options.WhenFull))}: module/action of a kind of docs/events.md, one is \"{kind}\"");
            }
            else if (choice is not (nameof(WhenUnavailable.FailClosed) or CountedDrop))
            {
                failures.Add($"{Name(nameof(options.WhenFull))}:{kind}: {nameof(WhenUnavailable.FailClosed)} or {CountedDrop}, is \"{choice}\"");
            }
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static string Name(string setting) => $"{ForwardOptions.Section}:{setting}";

    private static IEnumerable<string> AddressFailures(string setting, string url)
    {
        if (url.Contains('@', StringComparison.Ordinal))
        {
            yield return $"{Name(setting)}: no name and password in an address (not shown); use {Name(nameof(ForwardOptions.ClientId))}";
        }
        else if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https")
            || address.AbsolutePath != "/" || address.Query.Length > 0 || address.Fragment.Length > 0)
        {
            yield return $"{Name(setting)}: scheme, host and port like https://audit.example.cn, is \"{url}\"";
        }
        else if (address.Scheme == "http" && !IsLoopback(address))
        {
            yield return $"{Name(setting)}: plain http is for loopback only, is \"{url}\"";
        }
    }

    private static bool IsLoopback(Uri address) =>
        address.Host == "localhost" || (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));
}
