using Backbone.Identity.AccountPages;
using Backbone.Identity.Events;
using Backbone.Identity.Notices;
using Backbone.Identity.Persons;
using Backbone.Identity.Storage;
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
/// Step 3 of a further address: the person says that it shall belong to their account. It fills a place that is free or not proved; a proved
/// address is replaced by nobody here, for it is a way into the account.
/// </summary>
internal static class CompleteContact
{
    public static void Map(IEndpointRouteBuilder endpoints)
    {
        var kind = JourneyKind.Contact;
        endpoints.MapGet(kind.Password, Show).WithName("identity.contact.confirm").WithMetadata(kind).RequireAuthorization().RequireRecentSignIn();
        endpoints.MapPost(kind.Password, SubmitAsync).WithName("identity.contact.complete").WithMetadata(kind).RequireAuthorization().RequireRecentSignIn();
    }

    private static IResult Show(HttpContext http, JourneyCookie cookie)
    {
        var back = JourneyKind.ReturnOf(http);
        return cookie.Read(http, JourneyKind.Contact) is { Verified: true } journey ? Page(back, journey.To, false, 200) : StartAgain(back);
    }

    private static async Task<IResult> SubmitAsync(
        HttpContext http, IdentityDb db, JourneyCookie cookie, UserManager<Account> accounts, TellOwner tell, TimeProvider clock)
    {
        if (!http.Request.HasFormContentType)
        {
            return new PageProblem(Problems.UnsupportedMediaType);
        }

        var kind = JourneyKind.Contact;
        var back = JourneyKind.ReturnOf(http);
        var cancellation = http.RequestAborted;
        if (cookie.Read(http, kind) is not { Verified: true } journey)
        {
            return StartAgain(back);
        }

        var account = await accounts.AskingAsync(http);
        if (journey.To.IsPhone ? account.PhoneNumberConfirmed && account.PhoneNumber != journey.To.Value
            : account.EmailConfirmed && account.NormalizedEmail != journey.To.NormalizedMail)
        {
            db.Record(PersonEvents.ContactRefused(http, "contact_present"));
            await db.SaveChangesAsync(cancellation);
            return Page(back, journey.To, true, StatusCodes.Status409Conflict);
        }

        await using (var transaction = await db.Database.BeginTransactionAsync(cancellation))
        {
            var spent = await db.VerificationCodes.Where(code => code.Id == journey.Code && code.UsedAt != null).ExecuteDeleteAsync(cancellation);
            if (spent == 0)
            {
                return account.PhoneNumber == journey.To.Value || account.NormalizedEmail == journey.To.NormalizedMail
                    ? Finish(http, cookie, back)
                    : StartAgain(back);
            }

            if (journey.To.IsPhone)
            {
                (account.PhoneNumber, account.PhoneNumberConfirmed) = (journey.To.Value, true);
            }
            else
            {
                (account.Email, account.NormalizedEmail, account.EmailConfirmed) = (journey.To.Value, journey.To.NormalizedMail, true);
            }

            account.ConcurrencyStamp = StartJourney.NewFormId(clock).ToString("D");
            db.Record(PersonEvents.ContactVerified(http));
            try
            {
                await db.SaveChangesAsync(cancellation);
                await transaction.CommitAsync(cancellation);
            }
            catch (DbUpdateException) when (!cancellation.IsCancellationRequested)
            {
                // Meanwhile it became another account's, and sign-in names are unique.
                await transaction.RollbackAsync(cancellation);
                db.ChangeTracker.Clear();
                db.Record(PersonEvents.ContactRefused(http, "contact_taken"));
                await db.SaveChangesAsync(cancellation);
                return StartAgain(back);
            }
        }

        await tell.OfAsync(NoticeKind.ContactAdded, account);
        return Finish(http, cookie, back);
    }

    private static SeeOther Finish(HttpContext http, JourneyCookie cookie, string back)
    {
        cookie.Delete(http, JourneyKind.Contact);
        return new SeeOther(ShowLevel.At(back, "contact"));
    }

    private static SeeOther StartAgain(string back) => new(JourneyKind.At(JourneyKind.Contact.Start, back));

    private static RazorComponentResult Page(string back, Identifier to, bool isPresent, int status) =>
        new(typeof(ContactPage), new { Back = back, Shown = to.Shown, IsPresent = isPresent }) { StatusCode = status };
}
