using Backbone.Identity.Events;
using Backbone.Identity.Storage;
using Backbone.Platform.Web.Errors;
using Backbone.Platform.Web.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Localization;

namespace Backbone.Identity.Register;

/// <summary>Step 1 of all journeys: where shall the code go?</summary>
internal static class StartJourney
{
    public const string Field = "identifier";

    /// <summary>Hidden: the id of the code this form asks for, so that sending it twice asks once.</summary>
    public const string FormId = "form";

    public static void Map(IEndpointRouteBuilder endpoints, JourneyKind kind)
    {
        endpoints.MapGet(kind.Start, Show).WithName($"identity.{kind.Name}.start").WithMetadata(kind).ForWhom(kind);
        endpoints.MapPost(kind.Start, SubmitAsync).WithName($"identity.{kind.Name}.request-code").WithMetadata(kind).ForWhom(kind);
    }

    private static IResult Show(HttpContext http, JourneyCookie cookie, TimeProvider clock)
    {
        var kind = JourneyKind.Of(http);
        var back = JourneyKind.ReturnOf(http);
        if (kind == JourneyKind.Register && http.User.Identity?.IsAuthenticated == true)
        {
            return new SeeOther(back);
        }

        return Page(new StartModel(kind, back, NewFormId(clock), cookie.Read(http, kind)?.To.Shown), 200);
    }

    private static async Task<IResult> SubmitAsync(
        HttpContext http, IdentityDb db, SendCode send, JourneyCookie cookie, IStringLocalizer<RegisterTexts> texts, TimeProvider clock)
    {
        if (!http.Request.HasFormContentType)
        {
            return new PageProblem(Problems.UnsupportedMediaType);
        }

        var kind = JourneyKind.Of(http);
        var back = JourneyKind.ReturnOf(http);
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var typed = form[Field].ToString();
        if (Identifier.Parse(typed) is not { } to)
        {
            db.Record(RegistrationEvents.CodeRequestRefused(EventContext.Of(http), kind, "identifier_malformed"));
            await db.SaveChangesAsync(http.RequestAborted);
            var error = texts[string.IsNullOrWhiteSpace(typed) ? "Identifier_Empty" : "Identifier_Malformed"];
            return Page(new StartModel(kind, back, NewFormId(clock), typed, error), StatusCodes.Status422UnprocessableEntity);
        }

        var id = IdOf(form[FormId], clock);
        if (await send.SendAsync(http, kind, to, id) is SendCodeOutcome.TooMany tooMany)
        {
            var error = texts["Code_TooMany", Wait.Minutes(tooMany.Until, clock)];
            return Page(new StartModel(kind, back, NewFormId(clock), typed, error), StatusCodes.Status429TooManyRequests);
        }

        cookie.Write(http, kind, id, to, verified: false);
        return new SeeOther(JourneyKind.At(kind.Verify, back));
    }

    public static Guid NewFormId(TimeProvider clock) => Guid.CreateVersion7(clock.GetUtcNow());

    /// <summary>A foreign id harms nobody: a code's hash binds id, purpose and address together.</summary>
    public static Guid IdOf(string? form, TimeProvider clock) => Guid.TryParseExact(form, "D", out var id) ? id : NewFormId(clock);

    private static RazorComponentResult Page(StartModel model, int status) =>
        new(typeof(StartPage), new { Data = model }) { StatusCode = status };
}

/// <param name="Kind">Which journey.</param>
/// <param name="Back">Where it ends.</param>
/// <param name="FormId">See <see cref="StartJourney.FormId"/>.</param>
/// <param name="Typed">What the person typed before.</param>
/// <param name="Error">What is wrong with it, in their language.</param>
internal sealed record StartModel(JourneyKind Kind, string Back, Guid FormId, string? Typed = null, string? Error = null);
