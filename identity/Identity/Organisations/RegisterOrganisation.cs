using Backbone.Identity.AccountPages;
using Backbone.Identity.Events;
using Backbone.Identity.Persons;
using Backbone.Identity.SignIn;
using Backbone.Platform.Entities;
using Backbone.Platform.Web.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Localization;

namespace Backbone.Identity.Organisations;

/// <summary>GET and POST /organisations/register: a legal representative says which organisation is theirs, and the registry whether it is.</summary>
internal static class RegisterOrganisation
{
    public const string Path = "/organisations/register";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(Path, Show).WithName("identity.organisations.register").RequireAuthorization().RequireRecentSignIn();
        endpoints.MapPost(Path, Submit).WithName("identity.organisations.register.submit").RequireAuthorization().RequireRecentSignIn();
    }

    private static async Task<IResult> Show(HttpContext http, PersonLevels levels, RegistryWay way, CancellationToken cancellation) =>
        await levels.OfAsync(Asker.Of(http.User).Account, cancellation) < PersonLevel.RealNameVerified
            ? new SeeOther(ShowLevel.At(Path))
            : Page(new RegisterModel(way.Registry is not null, way.IsSimulated, "", null), 200);

    private static async Task<IResult> Submit(
        HttpContext http, [FromForm] string? code, BindRepresentative bind, RegistryWay way, IStringLocalizer<OrganisationTexts> words,
        CancellationToken cancellation)
    {
        var reading = EntityCode.Read(code);
        var outcome = reading.Fault == EntityCodeFault.None
            ? await bind.HandleAsync(http, reading.Code, cancellation)
            : await bind.RefuseAsync(http, reading.Fault == EntityCodeFault.NaturalPerson ? "natural_person" : "code_malformed", null, cancellation);
        switch (outcome)
        {
            case RegisterOutcome.Registered:
                return new SeeOther($"{ListOrganisations.Path}/{reading.Code}?done=registered");
            case RegisterOutcome.Refused { Reason: "level" }:
                return new SeeOther(ShowLevel.At(Path));
        }

        var refused = (RegisterOutcome.Refused)outcome;
        var error = reading.Fault != EntityCodeFault.None
            ? Explain(code, reading, words)
            : words["Register_" + refused.Reason, refused.Until is { } until ? SignInTimes.Clock(until) : ""];

        // What may be a person's number is not given back to the page.
        var shown = reading.Fault is EntityCodeFault.ResidentIdentityNumber ? "" : code ?? "";
        return Page(
            new RegisterModel(way.Registry is not null, way.IsSimulated, shown, error),
            refused.Until is not null ? StatusCodes.Status429TooManyRequests
            : refused.Reason is "closed" or "registry_unavailable" ? StatusCodes.Status503ServiceUnavailable
            : StatusCodes.Status422UnprocessableEntity);
    }

    private static string Explain(string? typed, EntityCodeReading reading, IStringLocalizer<OrganisationTexts> words) => reading.Fault switch
    {
        EntityCodeFault.NaturalPerson => words["Code_NaturalPerson"],
        EntityCodeFault.ResidentIdentityNumber => words["Code_Person"],
        EntityCodeFault.RegistrationNumber => words["Code_Old"],
        EntityCodeFault.Length => words["Code_Length", reading.Length],
        _ => EntityCodeSuggestion.For(typed) is { } meant ? words["Code_Meant", meant.ToString()] : words["Code_Wrong"],
    };

    private static RazorComponentResult Page(RegisterModel model, int status) => new(typeof(RegisterPage), new { Data = model }) { StatusCode = status };
}

/// <param name="IsOpen">There is a registry to ask.</param>
/// <param name="IsSimulated">It is the demonstration's simulator.</param>
/// <param name="Code">Typed before.</param>
/// <param name="Error">What is wrong.</param>
internal sealed record RegisterModel(bool IsOpen, bool IsSimulated, string Code, string? Error);
