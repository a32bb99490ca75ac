using Backbone.Identity.Events;
using Backbone.Identity.Sessions;
using Backbone.Identity.Storage;
using Backbone.Platform.Web.Errors;
using Backbone.Platform.Web.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Backbone.Identity.AccountPages;

internal sealed record PersonSessions(Session? This, IReadOnlyList<Session> Others);

/// <summary>GET /account/sessions: where the person is signed in; POST ends one or all others. This one ends by signing out.</summary>
internal static class ManageSessions
{
    private const string Path = "/account/sessions";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(Path, Show).WithName("identity.account.sessions").RequireAuthorization();
        endpoints.MapPost(Path + "/{session:guid}/end", EndOne).WithName("identity.account.sessions.end").RequireAuthorization();
        endpoints.MapPost(Path + "/end-others", EndOthers).WithName("identity.account.sessions.end-others").RequireAuthorization();
    }

    private static async Task<IResult> Show(HttpContext http, OwnSessions sessions, string? done, CancellationToken cancellation)
    {
        var asker = Asker.Of(http.User);
        var open = await sessions.OpenAsync(asker.Account, cancellation);
        return new RazorComponentResult(typeof(SessionsPage), new
        {
            Model = new PersonSessions(
                open.Find(session => session.Id == asker.Session), open.FindAll(session => session.Id != asker.Session)),
            Done = done,
        });
    }

    /// <summary>Another person's session and one that has ended look the same: not found.</summary>
    private static async Task<IResult> EndOne(HttpContext http, Guid session, EndSessions sessions, CancellationToken cancellation) =>
        await sessions.OneAsync(Asker.Of(http.User).Account, session, SessionEnd.EndedElsewhere, EventContext.Of(http), cancellation)
            ? new SeeOther(Path + "?done=session-ended")
            : new PageProblem(Problems.NotFound);

    private static async Task<IResult> EndOthers(HttpContext http, EndSessions sessions, CancellationToken cancellation)
    {
        var asker = Asker.Of(http.User);
        await sessions.OthersAsync(asker.Account, asker.Session, SessionEnd.EndedElsewhere, EventContext.Of(http), cancellation);
        return new SeeOther(Path + "?done=others-ended");
    }
}
