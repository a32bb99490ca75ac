namespace Backbone.Platform.Web.Telemetry;

/// <summary>
/// Names of log properties that may carry a secret or a person: they never reach a sink, whoever logged them. The protocol's addresses
/// carry codes, tokens and login hints in their query, so no query string is ever written.
/// </summary>
public static class Redaction
{
    private static readonly string[] Parts =
    [
        "password", "secret", "token", "cookie", "authorization", "query", "assertion", "verifier", "credential", "email", "phone",
        "username", "address", "connectionstring",
    ];

    /// <summary>True when a property of that name is withheld.</summary>
    public static bool Withholds(string property) =>
        Parts.Any(part => property.Contains(part, StringComparison.OrdinalIgnoreCase)) && property is not "ListenAddress";
}
