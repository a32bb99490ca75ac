using Backbone.Identity.Accounts.Passwords;
using Backbone.Identity.Events;
using Backbone.Identity.Notices;
using Backbone.Identity.Sessions;
using Backbone.Identity.Storage;
using Backbone.Platform.Web.Components;
using Backbone.Platform.Web.Errors;
using Backbone.Platform.Web.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Identity.Register;

/// <summary>
/// Step 3 of the reset: a new password. Ends every session of the account and tells its owner. It does not sign in: an account with a
/// second factor still needs it.
/// </summary>
internal static class CompleteReset
{
    public const string Done = "/reset/done";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        var kind = JourneyKind.Reset;
        endpoints.MapGet(kind.Password, Show).WithName("identity.reset.password").WithMetadata(kind).AllowAnonymous();
        endpoints.MapPost(kind.Password, SubmitAsync).WithName("identity.reset.complete").WithMetadata(kind).AllowAnonymous();
        endpoints.MapGet(Done, ShowDone).WithName("identity.reset.done").WithMetadata(kind).AllowAnonymous();
    }

    private static IResult Show(HttpContext http, JourneyCookie cookie)
    {
        var back = JourneyKind.ReturnOf(http);
        return cookie.Read(http, JourneyKind.Reset) is { Verified: true } journey
            ? Page(new PasswordModel(JourneyKind.Reset, back, journey.To, "", []), 200)
            : StartAgain(http, back);
    }

    private static async Task<IResult> SubmitAsync(
        HttpContext http,
        IdentityDb db,
        JourneyCookie cookie,
        PasswordRules rules,
        IPasswordHasher<Account> hasher,
        EndSessions end,
        TellOwner tell,
        TimeProvider clock)
    {
        if (!http.Request.HasFormContentType)
        {
            return new PageProblem(Problems.UnsupportedMediaType);
        }

        var kind = JourneyKind.Reset;
        var back = JourneyKind.ReturnOf(http);
        var cancellation = http.RequestAborted;
        if (cookie.Read(http, kind) is not { Verified: true } journey
            || await SendCode.FindAccountAsync(db, journey.To, cancellation) is not { } account)
        {
            return StartAgain(http, back);
        }

        // 1. The answer.
        var form = await http.Request.ReadFormAsync(cancellation);
        var password = form["password"].ToString();
        if (PasswordRules.Check(password, account.DisplayName, account.Email, account.PhoneNumber) is { } refusal)
        {
            db.Record(IdentityEvents.CredentialRefused(EventContext.Of(http), IdentityKinds.PasswordReset, account.Id, refusal.Code));
            await db.SaveChangesAsync(cancellation);
            var errors = new[] { new FieldError("password", rules.Sentence(refusal)) };
            return Page(new PasswordModel(kind, back, journey.To, "", errors), StatusCodes.Status422UnprocessableEntity);
        }

        // 2. The journey is spent, the password changed and every session ended together, or none of it.
        var hash = hasher.HashPassword(account, password);
        await using (var transaction = await db.Database.BeginTransactionAsync(cancellation))
        {
            if (await db.VerificationCodes.Where(code => code.Id == journey.Code && code.UsedAt != null).ExecuteDeleteAsync(cancellation) == 0)
            {
                // The form sent twice: the second finds its work done. Anything else begins anew.
                return account.PasswordHash is { } present && hasher.VerifyHashedPassword(account, present, password) != PasswordVerificationResult.Failed
                    ? Finish(http, cookie, back)
                    : StartAgain(http, back);
            }

            account.PasswordHash = hash;
            account.SecurityStamp = StartJourney.NewFormId(clock).ToString("N");
            account.ConcurrencyStamp = StartJourney.NewFormId(clock).ToString("N");
            db.Record(IdentityEvents.CredentialChanged(EventContext.Of(http), IdentityKinds.PasswordReset, account.Id));
            await db.SaveChangesAsync(cancellation);
            await end.AllAsync(account.Id, SessionEnd.PasswordChanged, EventContext.Of(http), cancellation);
            await transaction.CommitAsync(cancellation);
        }

        await tell.OfAsync(NoticeKind.ResetDone, account);
        return Finish(http, cookie, back);
    }

    private static RazorComponentResult ShowDone(HttpContext http) => new(typeof(ResetDonePage), new { Back = JourneyKind.ReturnOf(http) });

    private static SeeOther Finish(HttpContext http, JourneyCookie cookie, string back)
    {
        cookie.Delete(http, JourneyKind.Reset);
        return new SeeOther(JourneyKind.At(Done, back));
    }

    private static SeeOther StartAgain(HttpContext http, string back) => new SeeOther(JourneyKind.At(JourneyKind.Reset.Start, back));

    private static RazorComponentResult Page(PasswordModel model, int status) =>
        new(typeof(PasswordPage), new { Data = model }) { StatusCode = status };
}
