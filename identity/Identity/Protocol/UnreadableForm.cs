using System.Collections.Immutable;
using Backbone.Audit.Contracts;
using Backbone.Audit.Contracts.Events;
using Backbone.Identity.Events;
using Backbone.Platform.Web.Errors;
using Backbone.Platform.Web.Security;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Backbone.Identity.Protocol;

/// <summary>
/// RFC 6749 5.2: a body at a protocol endpoint that is no readable form is <c>invalid_request</c>, and an event like every other answer. The
/// engine never sees such a request.
/// </summary>
internal static class UnreadableForm
{
    private const string Description = "The body must be a form (application/x-www-form-urlencoded) in UTF-8.";
    private const string TooLarge = "The body is larger than allowed.";

    // The same actions as RecordAnswer's.
    public static readonly FormRefusal AtToken = new((http, status) => AnswerAsync(http, status, ProtocolKinds.Token, null));
    public static readonly FormRefusal AtIntrospection = new((http, status) => AnswerAsync(http, status, ProtocolKinds.Introspect, null));
    public static readonly FormRefusal AtRevocation = new((http, status) => AnswerAsync(http, status, ProtocolKinds.Revoke, null));
    public static readonly FormRefusal AtUserInfo = new(AnswerBearerAsync);
    public static readonly FormRefusal AtAuthorization =
        new((http, status) => AnswerAsync(http, status, ProtocolKinds.Authorize, ProtocolProblems.BadAuthorizationRequest));
    public static readonly FormRefusal AtEndSession = new((http, status) => AnswerAsync(http, status, ProtocolKinds.EndSession, ProtocolProblems.BadLogoutRequest));

    /// <summary>RFC 6750 3: a protected resource also says so in the header.</summary>
    private static Task AnswerBearerAsync(HttpContext http, int status)
    {
        http.Response.Headers[HeaderNames.WWWAuthenticate] = $"Bearer error=\"{Errors.InvalidRequest}\", error_description=\"{DescriptionOf(status)}\"";
        return AnswerAsync(http, status, ProtocolKinds.UserInfo, null);
    }

    private static async Task AnswerAsync(HttpContext http, int status, EventKind kind, Problem? page)
    {
        try
        {
            await http.RequestServices.GetRequiredService<IAuditTrail>().AppendAsync(
                TokenEvents.Answered(
                    EventContext.Of(http), kind, Errors.InvalidRequest, null, null, null, ImmutableSortedDictionary<string, string>.Empty),
                http.RequestAborted);
        }
        catch (AuditUnavailableException)
        {
            await ProtocolRefusal.WriteAsync(
                http, StatusCodes.Status503ServiceUnavailable, Errors.ServerError, "The refusal could not be recorded.");
            return;
        }

        await (page is not null && PageProblem.WantsPage(http.Request)
            ? new PageProblem(page with { Status = status }, DescriptionOf(status)).ExecuteAsync(http)
            : ProtocolRefusal.WriteAsync(http, status, Errors.InvalidRequest, DescriptionOf(status)));
    }

    private static string DescriptionOf(int status) => status == StatusCodes.Status413PayloadTooLarge ? TooLarge : Description;
}
