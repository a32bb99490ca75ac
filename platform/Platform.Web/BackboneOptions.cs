namespace Backbone.Platform.Web;

/// <summary>Settings every module shares (section <c>Backbone</c>).</summary>
public sealed class BackboneOptions
{
    public const string Section = "Backbone";

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

    /// <summary>The file of that name below <see cref="DataDirectory"/>.</summary>
    public string PathOf(params string[] parts) => Path.Combine([DataDirectory, .. parts]);

    /// <summary>True when people reach the host over TLS; decides Secure cookies, the <c>__Host-</c> prefix and HSTS.</summary>
    public bool PublicIsTls => PublicUrl.StartsWith("https://", StringComparison.OrdinalIgnoreCase);
}
