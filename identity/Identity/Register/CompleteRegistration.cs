using Backbone.Identity.Accounts.Passwords;
using Backbone.Identity.Catalogue;
using Backbone.Identity.Events;
using Backbone.Identity.Sessions;
using Backbone.Identity.Storage;
using Backbone.Platform;
using Backbone.Platform.Web.Components;
using Backbone.Platform.Web.Errors;
using Backbone.Platform.Web.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Backbone.Identity.Register;

/// <summary>Step 3 of registration: name and password; then the account exists and the browser is signed in.</summary>
internal static class CompleteRegistration
{
    /// <summary>The second of two presses of the button arrives within this; later the form is not "sent twice" but replayed.</summary>
    private static readonly TimeSpan SentTwice = TimeSpan.FromMinutes(1);

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        var kind = JourneyKind.Register;
        endpoints.MapGet(kind.Password, Show).WithName("identity.register.password").WithMetadata(kind).AllowAnonymous();
        endpoints.MapPost(kind.Password, SubmitAsync).WithName("identity.register.complete").WithMetadata(kind).AllowAnonymous();
    }

    private static IResult Show(HttpContext http, JourneyCookie cookie, AppCatalogue catalogue)
    {
        var back = JourneyKind.ReturnOf(http);
        if (cookie.Read(http, JourneyKind.Register) is not { Verified: true } journey)
        {
            return StartAgain(http, back);
        }

        LeadBack.Allow(http, catalogue, back);
        return Page(new PasswordModel(JourneyKind.Register, back, journey.To, "", []), 200);
    }

    private static async Task<IResult> SubmitAsync(
        HttpContext http,
        IdentityDb db,
        JourneyCookie cookie,
        PasswordRules rules,
        IPasswordHasher<Account> hasher,
        BrowserSessions sessions,
        AppCatalogue catalogue,
        IStringLocalizer<RegisterTexts> texts,
        TimeProvider clock)
    {
        if (!http.Request.HasFormContentType)
        {
            return new PageProblem(Problems.UnsupportedMediaType);
        }

        var kind = JourneyKind.Register;
        var back = JourneyKind.ReturnOf(http);
        var cancellation = http.RequestAborted;
        if (cookie.Read(http, kind) is not { Verified: true } journey)
        {
            return StartAgain(http, back);
        }

        // 1. The answers.
        var form = await http.Request.ReadFormAsync(cancellation);
        var (name, nameCode, length) = PersonName.Parse(form["name"]);
        var password = form["password"].ToString();
        var refusal = PasswordRules.Check(password, name, journey.To.Value);
        if (nameCode is not null || refusal is not null)
        {
            db.Record(IdentityEvents.RegistrationRefused(EventContext.Of(http), refusal?.Code ?? "name_malformed"));
            await db.SaveChangesAsync(cancellation);
            List<FieldError> errors = [];
            if (nameCode is not null)
            {
                errors.Add(new("name", texts[nameCode, nameCode == "Name_TooLong" ? PersonName.MaxLength : PersonName.MinLength, length]));
            }

            if (refusal is not null)
            {
                errors.Add(new("password", rules.Sentence(refusal)));
            }

            LeadBack.Allow(http, catalogue, back);
            return Page(new PasswordModel(kind, back, journey.To, form["name"].ToString(), errors), StatusCodes.Status422UnprocessableEntity);
        }

        // 2. The journey is spent, the account made and the session begun together, or none of it.
        var account = NewAccount(journey.To, name!, clock);
        account.PasswordHash = hasher.HashPassword(account, password);
        var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await using (transaction)
        {
            var spent = await db.VerificationCodes.Where(code => code.Id == journey.Code && code.UsedAt != null).ExecuteDeleteAsync(cancellation);
            var known = await SendCode.FindAccountAsync(db, journey.To, cancellation);
            if (spent == 0 || known is not null)
            {
                if (known is null || !IsSentTwice(known, password, hasher, clock))
                {
                    return StartAgain(http, back);
                }

                account = known;
            }
            else
            {
                db.Users.Add(account);
                db.Record(IdentityEvents.AccountCreated(EventContext.Of(http), account.Id, "citizen"));
                await db.SaveChangesAsync(cancellation);
            }

            await sessions.SignInAsync(http, account, [SignInMethods.Password], cancellation);
            await transaction.CommitAsync(cancellation);
        }

        cookie.Delete(http, kind);
        return new SeeOther(back);
    }

    private static bool IsSentTwice(Account account, string password, IPasswordHasher<Account> hasher, TimeProvider clock) =>
        clock.GetUtcNow() - account.CreatedAt < SentTwice
        && !account.TwoFactorEnabled
        && account.PasswordHash is { } hash
        && hasher.VerifyHashedPassword(account, hash, password) != PasswordVerificationResult.Failed;

    private static Account NewAccount(Identifier to, string name, TimeProvider clock)
    {
        var id = SubjectId.New(clock).Value;
        return new Account
        {
            Id = id,
            Kind = AccountKind.Citizen,
            DisplayName = name,
            CreatedAt = clock.GetUtcNow(),
            // People sign in by phone or e-mail; the framework wants a unique name besides.
            UserName = id.ToString("N"),
            NormalizedUserName = id.ToString("N").ToUpperInvariant(),
            Email = to.IsPhone ? null : to.Value,
            NormalizedEmail = to.IsPhone ? null : to.NormalizedMail,
            EmailConfirmed = !to.IsPhone,
            PhoneNumber = to.IsPhone ? to.Value : null,
            PhoneNumberConfirmed = to.IsPhone,
            SecurityStamp = StartJourney.NewFormId(clock).ToString("N"),
            LockoutEnabled = true,
        };
    }

    private static SeeOther StartAgain(HttpContext http, string back) => new SeeOther(JourneyKind.At(JourneyKind.Register.Start, back));

    private static RazorComponentResult Page(PasswordModel model, int status) =>
        new(typeof(PasswordPage), new { Data = model }) { StatusCode = status };
}

/// <param name="Kind">Which journey; registration asks for a name too.</param>
/// <param name="Back">Where it ends.</param>
/// <param name="To">Whose password it will be; also tells password managers the user name.</param>
/// <param name="Name">The name typed before.</param>
/// <param name="Errors">What is wrong, in order of the fields.</param>
internal sealed record PasswordModel(JourneyKind Kind, string Back, Identifier To, string Name, IReadOnlyList<FieldError> Errors)
{
    public string? ErrorOf(string field) => Errors.FirstOrDefault(error => error.FieldId == field)?.Message;
}
