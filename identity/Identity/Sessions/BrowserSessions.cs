using Backbone.Audit.Contracts;
using Backbone.Identity.Events;
using Backbone.Identity.Storage;
using Backbone.Platform;
using Backbone.Platform.Web;
using Backbone.Platform.Web.Console;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Backbone.Identity.Sessions;

/// <summary>
/// Starts and finds the sessions of browsers. The row is the session; the cookie only points at it, so what one host ends no other host
/// accepts for another request.
/// </summary>
internal sealed class BrowserSessions(
    IdentityDb db, EndSessions end, IOptions<SessionOptions> options, BackboneOptions platform, TimeProvider clock)
{
    private static readonly TimeSpan SeenStep = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Signs the browser in, always under a new ticket: one planted before sign-in (session fixation) is worth nothing afterwards. The
    /// same person proving who they are again keeps their session; another person's session in this browser ends. Commits with the event.
    /// </summary>
    /// <returns>The session.</returns>
    public async Task<Session> SignInAsync(HttpContext http, Account account, IReadOnlyCollection<string> methods, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var context = EventContext.Of(http);
        var (ticket, hash) = SessionTicket.Create();
        var present = await FindAsync(http, cancellation);
        Session session;
        if (present is not null && present.AccountId == account.Id)
        {
            session = await db.Sessions.SingleAsync(s => s.Id == present.Id, cancellation);
            session.TicketHash = hash;
            session.AuthenticatedAt = now;
            session.LastSeenAt = now;
            session.Methods = string.Join(' ', session.Methods.Split(' ').Union(methods, StringComparer.Ordinal));
            db.Record(IdentityEvents.StepUp(context, account.Id, session.Id, string.Join(' ', methods)));
        }
        else
        {
            if (present is not null)
            {
                await end.OneAsync(present.AccountId, present.Id, SessionEnd.Replaced, context, cancellation);
            }

            session = New(http, account, methods, hash, now);
            db.Sessions.Add(session);
            db.Record(IdentityEvents.SignIn(context, account.Id, session.Id, session.Methods));
        }

        await db.SaveChangesAsync(cancellation);
        SessionTicket.Write(http, platform, ticket);
        return session;
    }

    /// <summary>The live session of this request, or null, as of an account out of use. One that idled or aged out is ended on the way.</summary>
    public async Task<SignedIn?> FindAsync(HttpContext http, CancellationToken cancellation)
    {
        if (SessionTicket.HashOf(http.Request.Cookies[SessionTicket.CookieName(platform)]) is not { } hash)
        {
            return null;
        }

        var found = await db.Sessions.AsNoTracking()
            .Where(session => session.TicketHash == hash && session.EndedAt == null)
            .Join(db.Users.Where(account => account.LockoutEnd == null), session => session.AccountId, account => account.Id, (session, account) => new
            {
                Session = session,
                account.DisplayName,
                Roles = db.UserRoles.Where(a => a.UserId == account.Id)
                    .Join(db.Roles, a => a.RoleId, role => role.Id, (_, role) => role.Name!).ToList(),
            })
            .SingleOrDefaultAsync(cancellation);
        if (found is null)
        {
            return null;
        }

        var now = clock.GetUtcNow();
        if (EndReasonAt(found.Session, options.Value, now) is { } reason)
        {
            await end.OneAsync(found.Session.AccountId, found.Session.Id, reason, EventContext.Of(http), cancellation);
            return null;
        }

        var isActivity = http.GetEndpoint()?.Metadata.GetMetadata<AsksByItself>() is null;
        if (isActivity && now - found.Session.LastSeenAt >= SeenStep)
        {
            await db.Sessions.Where(s => s.Id == found.Session.Id && s.EndedAt == null)
                .ExecuteUpdateAsync(set => set.SetProperty(s => s.LastSeenAt, now), cancellation);
        }

        return new SignedIn(found.Session, found.DisplayName, found.Roles, await ActingForAsync(found.Session, now, cancellation));
    }

    /// <summary>Asked of the mandates each time: what was withdrawn is not acted for any more.</summary>
    private async Task<Organisation?> ActingForAsync(Session session, DateTimeOffset now, CancellationToken cancellation) =>
        string.IsNullOrEmpty(session.ActingFor)
            ? null
            : await db.Organisations.AsNoTracking().SingleOrDefaultAsync(
                one => one.Code == session.ActingFor
                    && db.MandatesInForce(now).Any(mandate => mandate.AccountId == session.AccountId && mandate.OrganisationCode == one.Code),
                cancellation);

    /// <summary>Why the session is over at that time; null while it lives.</summary>
    public static string? EndReasonAt(Session session, SessionOptions options, DateTimeOffset now) =>
        now - session.CreatedAt >= options.Absolute ? SessionEnd.Expired
        : now - session.LastSeenAt >= options.Idle ? SessionEnd.Idle
        : null;

    private Session New(HttpContext http, Account account, IReadOnlyCollection<string> methods, byte[] hash, DateTimeOffset now) => new()
    {
        Id = SessionId.New(clock).Value,
        AccountId = account.Id,
        TicketHash = hash,
        CreatedAt = now,
        LastSeenAt = now,
        AuthenticatedAt = now,
        Methods = string.Join(' ', methods),
        Device = DeviceWords.Of(http.Request.Headers.UserAgent),
        Address = http.Connection.RemoteIpAddress?.ToString() ?? "",
    };
}

/// <summary>A live session, whose it is, and for whom they act.</summary>
internal sealed record SignedIn(Session Session, string Name, IReadOnlyList<string> Roles, Organisation? Organisation)
{
    public Guid Id => Session.Id;

    public Guid AccountId => Session.AccountId;
}
