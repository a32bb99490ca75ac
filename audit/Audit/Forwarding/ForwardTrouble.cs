using System.Globalization;
using System.Net;
using System.Security.Authentication;
using System.Text.Json;
using Backbone.Audit.Connecting;

namespace Backbone.Audit.Forwarding;

/// <summary>Why events do not go on, in words for whoever runs the host, and what can be done about it.</summary>
/// <param name="Reason">
/// Names the server and what it did; never anything of a token, a secret or an event. For the operational log and the doctor.
/// </param>
/// <param name="Cure">A sentence.</param>
internal sealed record ForwardTrouble(string Reason, string Cure)
{
    /// <summary>What to do about numbers of the spool that were given twice.</summary>
    public const string ReuseCure =
        "This host's disk was rolled back, then nothing is to be done; or another host runs from the same image: once nothing waits at it stop one, delete its audit/spool and give it a client of its own (docs/forwarding.md).";

    /// <summary>An answer of the log's host that ends nothing.</summary>
    public static ForwardTrouble Answered(int status, Uri log) => new(
        string.Create(CultureInfo.InvariantCulture, $"the log at {Address(log)} answered {status}"),
        status switch
        {
            401 or 403 => "Give this host's client the scope audit.forward at the issuer, and let both hosts name one issuer (Backbone:Audit:Forward:Issuer).",
            404 => "Let Backbone:Audit:Forward:Url be the host that keeps the log, of this version or a later one.",
            429 or 503 => "Look at /health/ready of the log's host: it is busy, or its log takes nothing. Events go on by themselves.",
            >= 300 and < 400 => "Let Backbone:Audit:Forward:Url be the log's own address, which does not lead elsewhere.",
            _ => "Look at the operational log of the log's host.",
        });

    /// <summary>An answer that the log would not give.</summary>
    public static ForwardTrouble NotTheLog(Uri log) => new(
        $"what {Address(log)} answered is no answer of a log", "Let Backbone:Audit:Forward:Url be the host that keeps the log, and see what stands between.");

    /// <summary>Something on this host.</summary>
    public static ForwardTrouble Here(Exception failure) => new(failure.Message, "It is this host's own disk or settings: see its operational log (3405).");

    /// <summary>A request that ended without an answer.</summary>
    /// <param name="failure">How.</param>
    /// <param name="asked">The server.</param>
    /// <param name="isIssuer">It was asked for the token, not for the log.</param>
    /// <param name="options">Of this host.</param>
    /// <param name="patience">For an answer.</param>
    public static ForwardTrouble Of(Exception failure, Uri asked, bool isIssuer, ForwardOptions options, TimeSpan patience)
    {
        var whom = $"the {(isIssuer ? "issuer" : "log")} at {Address(asked)}";
        var name = isIssuer ? nameof(ForwardOptions.Issuer) : nameof(ForwardOptions.Url);
        return failure switch
        {
            IssuerRefusedException refused => new($"{whom} answered {refused.Said}", refused.Status switch
            {
                400 or 401 or 403 => "Hold Backbone:Audit:Forward:ClientId and ClientSecret against the issuer's catalogue: a machine with the scope audit.forward (docs/joining.md).",
                429 or 503 => "The issuer is busy; events go on by themselves.",
                _ => "Let Backbone:Audit:Forward:Issuer be the issuer's own address, and look at its operational log.",
            }),
            HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => Certificate(failure.GetBaseException(), whom, asked, options),
            OperationCanceledException { InnerException: TimeoutException } => new(
                string.Create(CultureInfo.InvariantCulture, $"no connection to {whom} within {NamedAuthority.ConnectTimeout.TotalSeconds} s"), Reach(name)),
            OperationCanceledException => new(string.Create(CultureInfo.InvariantCulture, $"no answer of {whom} within {patience.TotalSeconds} s"), Reach(name)),
            JsonException or KeyNotFoundException or InvalidOperationException or FormatException => new(
                $"what {Address(asked)} answered is no answer of {(isIssuer ? "an issuer" : "a log")}", $"Let Backbone:Audit:Forward:{name} be its own address, and see what stands between."),
            UnauthorizedAccessException or FileNotFoundException or DirectoryNotFoundException => new(
                $"the secret of this host cannot be read ({failure.GetType().Name})", "Let the file of Backbone:Audit:Forward:ClientSecret be there, readable for this host."),
            _ => new($"{whom} is out of reach: {failure.GetBaseException().Message}", Reach(name)),
        };
    }

    private static ForwardTrouble Certificate(Exception refused, string whom, Uri asked, ForwardOptions options)
    {
        var authority = options.CertificateAuthority is null ? "an authority this machine trusts, and no other is named by Backbone:Audit:Forward:CertificateAuthority"
            : "an authority of Backbone:Audit:Forward:CertificateAuthority";
        if (refused is not AuthenticationException)
        {
            return new($"no TLS connection to {whom}: {refused.Message}", "See that TLS is spoken at that port, and what stands between.");
        }

        var what = refused.Message;
        return new($"the certificate of {whom} is refused: {what}", Says("NameMismatch")
            ? $"Give it a certificate for the name {asked.IdnHost}, or name it as its certificate does."
            : Says("NotTimeValid") ? "Its certificate is expired or not valid yet: replace it, or see to the clocks of both hosts."
            : Says("UntrustedRoot") || Says("PartialChain")
                ? $"It is not from {authority}: let that setting be a file with the authority that signed it, and start again."
                : $"Give it a certificate from {authority}, for its name and for servers.");

        bool Says(string flag) => what.Contains(flag, StringComparison.Ordinal);
    }

    private static string Reach(string setting) => $"See that it runs and that this host reaches it: name, port, firewall (Backbone:Audit:Forward:{setting}). Events go on by themselves.";

    private static string Address(Uri server) => server.GetLeftPart(UriPartial.Authority);
}

/// <summary>The issuer gave no token.</summary>
/// <param name="status">Of HTTP.</param>
/// <param name="said">The status, and the error code of RFC 6749 5.2 if there was one.</param>
/// <param name="retryAfter">When it asks to come again.</param>
internal sealed class IssuerRefusedException(HttpStatusCode status, string said, TimeSpan? retryAfter) : HttpRequestException($"the issuer answered {said}", null, status)
{
    public int Status => (int)StatusCode!.Value;

    public string Said => said;

    public TimeSpan? RetryAfter => retryAfter;
}
