using System.Text.Json;
using Backbone.Platform.Web.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Backbone.Platform.Web.SignIn;

/// <summary>What a person reads when pages of ours do not open. Never a fault of ours: an issuer that is away is 503.</summary>
internal static partial class SignInRefusals
{
    /// <summary>Signed in, but not for this page; or the issuer says that the person may not use the pages.</summary>
    public static Task ForbiddenAsync(HttpContext http, RelyingParty party, bool signedIn)
    {
        var words = party.Words(http.RequestServices);
        return new PageProblem(Problems.Forbidden)
        {
            Explanation = words["Refused_Text"],
            Exits = signedIn ? [new(party.Home, words["Exit_Home"]), new("/", words["Exit_Portal"])] : [new("/", words["Exit_Portal"])],
        }.ExecuteAsync(http);
    }

    /// <summary>The answer belongs to no sign-in this browser has begun, or no longer does: a fresh start is the way out.</summary>
    public static Task StaleAsync(HttpContext http, RelyingParty party)
    {
        var words = party.Words(http.RequestServices);
        return new PageProblem(Problems.StaleForm, "The sign-in was not begun here, or too long ago.")
        {
            Title = words["Stale_Title"],
            Explanation = words["Stale_Text"],
            Exits = [new(party.Home, words["Exit_Again"])],
        }.ExecuteAsync(http);
    }

    /// <summary>The issuer does not answer, or the client's secret is not there.</summary>
    public static Task UnreachableAsync(HttpContext http, RelyingParty party, Exception? why)
    {
        // The type alone: messages of the client library quote requests.
        var logger = http.RequestServices.GetRequiredService<ILogger<RelyingParty>>();
        Unreachable(logger, party.ClientId, (why?.InnerException ?? why)?.GetType().Name ?? "no answer");
        var words = party.Words(http.RequestServices);
        return new PageProblem(Problems.Unavailable, "The issuer of the sign-in cannot be reached.")
        {
            Title = words["Unreachable_Title"],
            Explanation = words["Unreachable_Text"],
            Exits = [new(party.Home, words["Exit_Again"])],
        }.ExecuteAsync(http);
    }

    /// <summary>Network, time-out, an unreadable answer (of metadata the library wraps it in InvalidOperationException), missing secret file.</summary>
    public static bool IsUnreachable(Exception? failure) => failure switch
    {
        null => false,
        HttpRequestException or IOException or UnauthorizedAccessException or TaskCanceledException or JsonException => true,
        InvalidOperationException { Message: var message } when message.StartsWith("IDX20803", StringComparison.Ordinal) => true,
        _ => IsUnreachable(failure.InnerException),
    };

    [LoggerMessage(9200, LogLevel.Warning, "The sign-in of {Client} failed: issuer or client secret out of reach ({Reason})")]
    private static partial void Unreachable(ILogger logger, string client, string reason);
}
