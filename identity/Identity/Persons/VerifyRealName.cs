using Backbone.Identity.AccountPages;
using Backbone.Identity.Events;
using Backbone.Identity.Notices;
using Backbone.Identity.Register;
using Backbone.Identity.SignIn;
using Backbone.Identity.Storage;
using Backbone.Platform.Web.Components;
using Backbone.Platform.Web.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Localization;

namespace Backbone.Identity.Persons;

/// <summary>GET and POST /account/real-name: name and resident identity number, asked of the authority; then the third level.</summary>
internal static class VerifyRealName
{
    public const string Path = "/account/real-name";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(Path, Show).WithName("identity.account.real-name").RequireAuthorization().RequireRecentSignIn();
        endpoints.MapPost(Path, Submit).WithName("identity.account.real-name.verify").RequireAuthorization().RequireRecentSignIn();
    }

    private static async Task<IResult> Show(
        HttpContext http, [FromQuery(Name = "return")] string? back, UserManager<Account> accounts, PersonLevels levels, RealNameWay way,
        CancellationToken cancellation)
    {
        var account = await accounts.AskingAsync(http);
        return await levels.OfAsync(account.Id, cancellation) == PersonLevel.Registered
            ? new SeeOther(ShowLevel.At(back))
            : Page(new RealNameModel(LocalPath.OrRoot(back), way.IsOpen, way.IsSimulated, account.Kind == AccountKind.Citizen ? account.DisplayName : "", []), 200);
    }

    private static async Task<IResult> Submit(
        HttpContext http, [FromQuery(Name = "return")] string? back, [FromForm] string? name, [FromForm] string? number, UserManager<Account> accounts,
        PersonLevels levels, ConfirmRealName confirm, RealNameWay way, TellOwner tell, IStringLocalizer<PersonTexts> words,
        IStringLocalizer<RegisterTexts> nameWords, TimeProvider clock, CancellationToken cancellation)
    {
        var account = await accounts.AskingAsync(http);
        if (await levels.OfAsync(account.Id, cancellation) == PersonLevel.Registered)
        {
            return new SeeOther(ShowLevel.At(back));
        }

        // 1. What was typed. The number is not given back to the page.
        var (realName, nameWrong, length) = PersonName.Parse(name);
        var (realNumber, numberWrong) = IdentityNumber.Read(number, DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime.AddHours(8)));
        List<FieldError> errors = [];
        if (nameWrong is not null)
        {
            errors.Add(new("name", nameWords[nameWrong, nameWrong == "Name_TooLong" ? PersonName.MaxLength : PersonName.MinLength, length]));
        }

        if (numberWrong is not null)
        {
            errors.Add(new("number", words[numberWrong]));
        }

        // 2. What the authority says of it.
        var outcome = errors.Count > 0
            ? await confirm.RefuseAsync(http, nameWrong is not null ? "name_malformed" : "number_malformed", cancellation)
            : await confirm.HandleAsync(http, account, realName!, realNumber!, cancellation);
        switch (outcome)
        {
            case RealNameOutcome.Verified:
                await tell.OfAsync(NoticeKind.RealNameVerified, account);
                return new SeeOther(ShowLevel.At(back, "real-name"));
            case RealNameOutcome.Refused refused when errors.Count == 0:
                errors.Add(new("number", words["RealName_" + refused.Reason, refused.Until is { } until ? SignInTimes.Clock(until) : ""]));
                break;
        }

        return Page(
            new RealNameModel(LocalPath.OrRoot(back), way.IsOpen, way.IsSimulated, name ?? "", errors),
            outcome is RealNameOutcome.Refused { Until: not null } ? StatusCodes.Status429TooManyRequests
            : outcome is RealNameOutcome.Refused { Reason: "source_unavailable" or "closed" } ? StatusCodes.Status503ServiceUnavailable
            : StatusCodes.Status422UnprocessableEntity);
    }

    private static RazorComponentResult Page(RealNameModel model, int status) => new(typeof(RealNamePage), new { Data = model }) { StatusCode = status };
}

/// <param name="Back">Where the person was going; checked.</param>
/// <param name="IsOpen">False without an authority to ask.</param>
/// <param name="IsSimulated">The authority is the demonstration's simulator.</param>
/// <param name="Name">The name typed before, or the one the account has.</param>
/// <param name="Errors">In order of the fields.</param>
internal sealed record RealNameModel(string Back, bool IsOpen, bool IsSimulated, string Name, IReadOnlyList<FieldError> Errors)
{
    public string? ErrorOf(string field) => Errors.FirstOrDefault(error => error.FieldId == field)?.Message;
}
