namespace Backbone.Platform.Web;

/// <summary>Settings every module shares (section <c>Backbone</c>).</summary>
public sealed class BackboneOptions
{
    public const string Section = "Backbone";

    /// <summary>How <see cref="MasterKey"/> begins.</summary>
    public const string MasterKeyReference = "file:";

    public const string OtlpHttp = "http/protobuf";

    public const string OtlpGrpc = "grpc";

    /// <summary>Folder of all embedded storage, keys and logs; created with mode 0700. Default <c>./data</c>.</summary>
    public string DataDirectory { get; set; } = "data";

    /// <summary>
    /// Listening addresses, ';' separated: scheme, host, port. Port 0 picks a free one. Plain http on loopback only, unless
    /// <see cref="TrustedProxies"/> is set. Default http://localhost:7100.
    /// </summary>
    public string Urls { get; set; } = "http://localhost:7100";

    /// <summary>
    /// Addresses of the reverse proxies in front (IP or CIDR, at most 32); only their X-Forwarded-For/-Proto are believed. Default none.
    /// </summary>
    public IList<string> TrustedProxies { get; } = [];

    /// <summary>
    /// The address people and apps use: scheme, host, port; no path. It is also the OpenID issuer. Default: the first listening address.
    /// Plain http is accepted on loopback only.
    /// </summary>
    public string PublicUrl { get; set; } = "http://localhost:7100";

    /// <summary>Seed demonstration accounts, clients and sample apps. Default true; <c>--no-demo</c> turns it off.</summary>
    public bool Demo { get; set; } = true;

    /// <summary>
    /// The OpenID issuer the console signs in with; scheme, host, port. Default: <see cref="PublicUrl"/>. Set it where identity runs elsewhere.
    /// </summary>
    public string? Issuer { get; set; }

    /// <summary>Start the two sample apps on ports of their own. Default true; needs <see cref="Demo"/>.</summary>
    public bool SampleApps { get; set; } = true;

    /// <summary>Least level of operational log lines: Verbose, Debug, Information, Warning, Error or Fatal. Default Information.</summary>
    public string LogLevel { get; set; } = "Information";

    /// <summary>Where traces and metrics are exported to (OTLP, absolute http or https address). Default: nowhere.</summary>
    public string? OtlpEndpoint { get; set; }

    /// <summary>
    /// Where the master key is: <c>file:PATH</c> (from the data directory where relative), an existing file of 32 random bytes, mode 0600.
    /// Hosts of one database need the same one. Default: a key of the data directory's own, made at first start.
    /// </summary>
    public string? MasterKey { get; set; }

    /// <summary>The master key's file.</summary>
    public string MasterKeyPath => MasterKey is { } reference
        ? Path.GetFullPath(Path.Combine(DataDirectory, reference[MasterKeyReference.Length..]))
        : PathOf("keys", "master.key");

    /// <summary>How: <c>http/protobuf</c> (signals at /v1/traces and /v1/metrics below the endpoint) or <c>grpc</c>. Default <c>http/protobuf</c>.</summary>
    public string OtlpProtocol { get; set; } = OtlpHttp;

    /// <summary><see cref="Issuer"/>, or the own address.</summary>
    public string IssuerAddress => Issuer ?? PublicUrl;

    /// <summary>Whether the sample apps run.</summary>
    public bool StartsSamples => Demo && SampleApps;

    /// <summary>The file of that name below <see cref="DataDirectory"/>.</summary>
    public string PathOf(params string[] parts) => Path.Combine([DataDirectory, .. parts]);

    /// <summary>True when people reach the host over TLS; decides Secure cookies, the <c>__Host-</c> prefix and HSTS.</summary>
    public bool PublicIsTls => PublicUrl.StartsWith("https://", StringComparison.OrdinalIgnoreCase);
}
