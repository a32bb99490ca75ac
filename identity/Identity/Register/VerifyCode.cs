using Backbone.Identity.Notices;
using Backbone.Platform.Web;
using Backbone.Platform.Web.Errors;
using Backbone.Platform.Web.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Localization;

namespace Backbone.Identity.Register;

/// <summary>Step 2 of all journeys: the code.</summary>
internal static class VerifyCode
{
    public const string Field = "code";

    public static void Map(IEndpointRouteBuilder endpoints, JourneyKind kind)
    {
        endpoints.MapGet(kind.Verify, Show).WithName($"identity.{kind.Name}.verify").WithMetadata(kind).ForWhom(kind);
        endpoints.MapPost(kind.Verify, SubmitAsync).WithName($"identity.{kind.Name}.check-code").WithMetadata(kind).ForWhom(kind);
        endpoints.MapPost(kind.Resend, ResendAsync).WithName($"identity.{kind.Name}.resend").WithMetadata(kind).ForWhom(kind);
    }

    private static IResult Show(HttpContext http, JourneyCookie cookie, BackboneOptions options, TimeProvider clock)
    {
        var kind = JourneyKind.Of(http);
        var back = JourneyKind.ReturnOf(http);
        return cookie.Read(http, kind) is { } journey
            ? Page(Model(kind, back, journey, options, clock) with { Again = http.Request.Query["sent"] == "again" }, 200)
            : new SeeOther(JourneyKind.At(kind.Start, back));
    }

    private static async Task<IResult> SubmitAsync(
        HttpContext http, CheckCode check, JourneyCookie cookie, IStringLocalizer<RegisterTexts> texts, BackboneOptions options, TimeProvider clock)
    {
        if (!http.Request.HasFormContentType)
        {
            return new PageProblem(Problems.UnsupportedMediaType);
        }

        var kind = JourneyKind.Of(http);
        var back = JourneyKind.ReturnOf(http);
        if (cookie.Read(http, kind) is not { } journey)
        {
            return new SeeOther(JourneyKind.At(kind.Start, back));
        }

        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var typed = form[Field].ToString();
        var (outcome, left) = await check.CheckAsync(http, kind, journey, typed);
        if (outcome == CheckCodeOutcome.Accepted)
        {
            cookie.Write(http, kind, journey.Code, journey.To, verified: true);
            return new SeeOther(JourneyKind.At(kind.Password, back));
        }

        var error = outcome switch
        {
            CheckCodeOutcome.Malformed => texts[string.IsNullOrWhiteSpace(typed) ? "Code_Empty" : "Code_Malformed"],
            CheckCodeOutcome.Wrong => texts["Code_Wrong", left],
            _ => texts["Code_Dead"],
        };
        return Page(Model(kind, back, journey, options, clock) with { Error = error }, StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<IResult> ResendAsync(
        HttpContext http, SendCode send, JourneyCookie cookie, IStringLocalizer<RegisterTexts> texts, BackboneOptions options, TimeProvider clock)
    {
        if (!http.Request.HasFormContentType)
        {
            return new PageProblem(Problems.UnsupportedMediaType);
        }

        var kind = JourneyKind.Of(http);
        var back = JourneyKind.ReturnOf(http);
        if (cookie.Read(http, kind) is not { } journey)
        {
            return new SeeOther(JourneyKind.At(kind.Start, back));
        }

        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var id = StartJourney.IdOf(form[StartJourney.FormId], clock);
        if (await send.SendAsync(http, kind, journey.To, id) is SendCodeOutcome.TooMany tooMany)
        {
            var error = texts["Code_TooMany", Wait.Minutes(tooMany.Until, clock)];
            return Page(Model(kind, back, journey, options, clock) with { Error = error }, StatusCodes.Status429TooManyRequests);
        }

        cookie.Write(http, kind, id, journey.To, verified: false);
        var verify = JourneyKind.At(kind.Verify, back);
        return new SeeOther(verify + (verify.Contains('?', StringComparison.Ordinal) ? "&" : "?") + "sent=again");
    }

    private static VerifyModel Model(JourneyKind kind, string back, Journey journey, BackboneOptions options, TimeProvider clock) =>
        new(kind, back, journey.To, journey.Verified, StartJourney.NewFormId(clock), ShowNotices.IsOpen(options));

    private static RazorComponentResult Page(VerifyModel model, int status) =>
        new(typeof(VerifyPage), new { Data = model }) { StatusCode = status };
}

/// <param name="Kind">Which journey.</param>
/// <param name="Back">Where it ends.</param>
/// <param name="To">Where the code went.</param>
/// <param name="Verified">The step is done; the person came back to it.</param>
/// <param name="FormId">See <see cref="StartJourney.FormId"/>, for the second form.</param>
/// <param name="Demo">The page with the messages exists.</param>
/// <param name="Error">What is wrong, in the person's language.</param>
/// <param name="Again">A second code was just sent.</param>
internal sealed record VerifyModel(
    JourneyKind Kind, string Back, Identifier To, bool Verified, Guid FormId, bool Demo, string? Error = null, bool Again = false);
