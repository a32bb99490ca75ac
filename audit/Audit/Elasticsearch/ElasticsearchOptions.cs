using System.Net;
using System.Text.RegularExpressions;
using Backbone.Audit.Connecting;
using Microsoft.Extensions.Options;

namespace Backbone.Audit.Elasticsearch;

/// <summary>Settings of the cluster that events are exported to (section <c>Backbone:Elasticsearch</c>). Without <see cref="Urls"/> there is none.</summary>
internal sealed class ElasticsearchOptions
{
    public const string Section = "Backbone:Elasticsearch";

    /// <summary>A secret may stand in a file of its own: <c>file:/run/secrets/key</c>.</summary>
    public const string FileReference = "file:";

    /// <summary>The nodes' addresses, 1 to 32, comma separated; https, or http to loopback only. Default none.</summary>
    public string Urls { get; set => field = value ?? ""; } = "";

    /// <summary>An API key in its encoded form, or <c>id:key</c>, or <c>file:PATH</c> of one. Excludes <see cref="Username"/>.</summary>
    public string? ApiKey { get; set; }

    /// <summary>For basic authentication; with <see cref="Password"/>.</summary>
    public string? Username { get; set; }

    /// <summary>The password, or <c>file:PATH</c> of it.</summary>
    public string? Password { get; set; }

    /// <summary>A PEM file of the authority, or authorities, that alone may have signed the nodes' certificates. Default: those the machine trusts.</summary>
    public string? CertificateAuthority { get; set; }

    /// <summary>
    /// The name searches and Kibana use, an alias; the data streams behind it are called after it. 1 to 100 of a–z, 0–9, "-", "_", ".",
    /// beginning with a letter, and outside the patterns Elasticsearch has templates of its own for. One log, one name. Default "backbone-audit".
    /// </summary>
    public string Index { get; set => field = value ?? ""; } = "backbone-audit";

    /// <summary>
    /// Days after which a whole backing index may be deleted; the log keeps what the index loses. 0, the default, keeps all; at most 36,500.
    /// </summary>
    public int KeepDays { get; set; }

    /// <summary>
    /// Hours from one holding of the index against the log to the next, in which what is missing is delivered and what is there twice removed.
    /// 0 to 8,760; 0 leaves it to <c>host audit reconcile</c>. Default 24.
    /// </summary>
    public int ReconcileHours { get; set; } = 24;

    public bool IsUsed => Urls.Length > 0;

    public IReadOnlyList<string> UrlList => Urls.Split([',', ';'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The secret itself, read from its file where it is a reference.</summary>
    public static string Secret(string setting) =>
        setting.StartsWith(FileReference, StringComparison.Ordinal) ? File.ReadAllText(setting[FileReference.Length..]).Trim() : setting;
}

/// <summary>Every setting outside its bounds is named, with bound and value; secrets are never repeated.</summary>
internal sealed partial class ElasticsearchOptionsBounds : IValidateOptions<ElasticsearchOptions>
{
    private const int MostUrls = 32;
    private const int MostDays = 36_500;
    private const int MostHours = 8_760;
    private static readonly string[] TakenPatterns = ["logs-", "metrics-", "traces-", "synthetics-", "profiling-"];

    public ValidateOptionsResult Validate(string? name, ElasticsearchOptions options)
    {
        // Before anything is quoted: an address that is cut in the wrong place may be all password.
        List<string> failures = options.Urls.Contains('@', StringComparison.Ordinal)
            ? [$"{Name(nameof(options.Urls))}: no name and password in an address (not shown); use {Name(nameof(options.Username))} or {Name(nameof(options.ApiKey))}"]
            : [.. options.UrlList.Select(UrlFailure).OfType<string>()];
        failures.AddRange(SecretFailures(options));
        if (options.IsUsed && options.UrlList.Count is 0 or > MostUrls)
        {
            failures.Add($"{Name(nameof(options.Urls))}: 1 to {MostUrls} addresses, has {options.UrlList.Count}");
        }

        if (options.CertificateAuthority is { } authority && !NamedAuthority.IsReadable(authority))
        {
            failures.Add($"{Name(nameof(options.CertificateAuthority))}: an existing PEM file with a certificate, is \"{authority}\"");
        }

        if (!IndexName().IsMatch(options.Index) || TakenPatterns.Any(taken => options.Index.StartsWith(taken, StringComparison.Ordinal)))
        {
            failures.Add($"{Name(nameof(options.Index))}: 1 to 100 of a-z, 0-9, '-', '_', '.', beginning with a letter, "
                + $"and not with {string.Join(", ", TakenPatterns)}; is \"{options.Index}\"");
        }

        if (options.KeepDays is < 0 or > MostDays)
        {
            failures.Add($"{Name(nameof(options.KeepDays))}: 0 to {MostDays}, is {options.KeepDays}");
        }

        if (options.ReconcileHours is < 0 or > MostHours)
        {
            failures.Add($"{Name(nameof(options.ReconcileHours))}: 0 to {MostHours}, is {options.ReconcileHours}");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static string Name(string setting) => $"{ElasticsearchOptions.Section}:{setting}";

    private static string? UrlFailure(string url)
    {
        var setting = Name(nameof(ElasticsearchOptions.Urls));
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https")
            || address.AbsolutePath != "/" || address.Query.Length > 0 || address.Fragment.Length > 0)
        {
            return $"{setting}: scheme, host and port like https://es1.example.cn:9200, one is \"{url}\"";
        }

        var isLoopback = address.Host == "localhost" || (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));
        return address.Scheme == "http" && !isLoopback ? $"{setting}: plain http is for loopback only, one is \"{url}\"" : null;
    }

    private static IEnumerable<string> SecretFailures(ElasticsearchOptions options)
    {
        if (options.ApiKey is not null && options.Username is not null)
        {
            yield return $"{Name(nameof(options.ApiKey))} and {Name(nameof(options.Username))}: one of the two, both are set";
        }

        if (options.Username is null != options.Password is null)
        {
            yield return $"{Name(nameof(options.Username))} and {Name(nameof(options.Password))}: both or neither, one is set";
        }

        if (options.Username?.Contains(':', StringComparison.Ordinal) == true)
        {
            yield return $"{Name(nameof(options.Username))}: no colon in it (RFC 7617), has one";
        }

        foreach (var (setting, value) in new[] { (nameof(options.ApiKey), options.ApiKey), (nameof(options.Password), options.Password) })
        {
            if (value is { Length: 0 })
            {
                yield return $"{Name(setting)}: not empty, is empty";
            }
            else if (value?.StartsWith(ElasticsearchOptions.FileReference, StringComparison.Ordinal) == true
                && !File.Exists(value[ElasticsearchOptions.FileReference.Length..]))
            {
                yield return $"{Name(setting)}: names an existing file, there is no \"{value[ElasticsearchOptions.FileReference.Length..]}\"";
            }
        }
    }

    [GeneratedRegex("^[a-z][a-z0-9._-]{0,99}$")]
    private static partial Regex IndexName();
}
