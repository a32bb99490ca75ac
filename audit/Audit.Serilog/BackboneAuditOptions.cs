namespace Backbone.Audit.Serilog;

/// <summary>Where the log is and who sends; the first four are needed.</summary>
public sealed class BackboneAuditOptions
{
    /// <summary>Scheme, host and port of the audit log's host. https, or http on loopback.</summary>
    public Uri? Log { get; set; }

    /// <summary>The OpenID issuer, whose published metadata name the token endpoint. https, or http on loopback.</summary>
    public Uri? Issuer { get; set; }

    /// <summary>The client id; it stands in every event as <c>event.provider</c>.</summary>
    public string? ClientId { get; set; }

    /// <summary>Gives the client secret; asked for each new token, so that a replaced secret is taken up.</summary>
    public Func<string>? ClientSecret { get; set; }

    /// <summary>How long one event may take with all its attempts, before the caller is told that it was not taken. 1 s to 2 min; default 10 s.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>For a private CA or a proxy; belongs to the sink from then on. Default: the platform's.</summary>
    public HttpMessageHandler? Handler { get; set; }

    internal TimeProvider Clock { get; set; } = TimeProvider.System;

    internal void Check()
    {
        Address(nameof(Log), Log);
        Address(nameof(Issuer), Issuer);
        ArgumentException.ThrowIfNullOrEmpty(ClientId);
        ArgumentNullException.ThrowIfNull(ClientSecret);
        if (Timeout < TimeSpan.FromSeconds(1) || Timeout > TimeSpan.FromMinutes(2))
        {
            throw new ArgumentException($"{nameof(Timeout)}: 00:00:01 to 00:02:00, is {Timeout}");
        }
    }

    private static void Address(string name, Uri? value)
    {
        if (value is not { IsAbsoluteUri: true } || !(value.Scheme == Uri.UriSchemeHttps || (value.Scheme == Uri.UriSchemeHttp && value.IsLoopback)))
        {
            throw new ArgumentException($"{name}: an absolute https address, or http on loopback, is '{value}'");
        }
    }
}
