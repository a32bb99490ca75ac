using Backbone.Platform.Web.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Logging;

namespace Backbone.Platform.Web.Console;

/// <summary>What an administrator reads when the console does not open. Never a fault of ours: an issuer that is away is 503.</summary>
internal static partial class ConsoleRefusals
{
    /// <summary>Signed in, but not for this page; or the issuer says that the person may not use the console.</summary>
    public static Task ForbiddenAsync(HttpContext http, bool signedIn)
    {
        var words = Words(http);
        return new PageProblem(Problems.Forbidden)
        {
            Explanation = words["Refused_Text"],
            Exits = signedIn ? [new("/console", words["Exit_Console"]), new("/", words["Exit_Portal"])] : [new("/", words["Exit_Portal"])],
        }.ExecuteAsync(http);
    }

    /// <summary>The answer belongs to no sign-in this browser has begun, or no longer does: a fresh start is the way out.</summary>
    public static Task StaleAsync(HttpContext http)
    {
        var words = Words(http);
        return new PageProblem(Problems.StaleForm, "The sign-in was not begun here, or too long ago.")
        {
            Title = words["Stale_Title"],
            Explanation = words["Stale_Text"],
            Exits = [new("/console", words["Exit_Again"])],
        }.ExecuteAsync(http);
    }

    /// <summary>The issuer does not answer, or the console's secret is not there.</summary>
    public static Task UnreachableAsync(HttpContext http, Exception? why)
    {
        // The type alone: messages of the client library quote requests.
        Unreachable(http.RequestServices.GetRequiredService<ILogger<ConsoleTexts>>(), (why?.InnerException ?? why)?.GetType().Name ?? "no answer");
        var words = Words(http);
        return new PageProblem(Problems.Unavailable, "The issuer of the console's sign-in cannot be reached.")
        {
            Title = words["Unreachable_Title"],
            Explanation = words["Unreachable_Text"],
            Exits = [new("/console", words["Exit_Again"])],
        }.ExecuteAsync(http);
    }

    /// <summary>Network, time-out, unreadable metadata (the library wraps all of it in InvalidOperationException), missing secret file.</summary>
    public static bool IsUnreachable(Exception? failure) => failure switch
    {
        null => false,
        HttpRequestException or IOException or UnauthorizedAccessException or TaskCanceledException => true,
        InvalidOperationException { Message: var message } when message.StartsWith("IDX20803", StringComparison.Ordinal) => true,
        _ => IsUnreachable(failure.InnerException),
    };

    private static IStringLocalizer<ConsoleTexts> Words(HttpContext http) => http.RequestServices.GetRequiredService<IStringLocalizer<ConsoleTexts>>();

    [LoggerMessage(9200, LogLevel.Warning, "The console's sign-in failed: issuer or client secret out of reach ({Reason})")]
    private static partial void Unreachable(ILogger logger, string reason);
}
