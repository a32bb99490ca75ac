using System.Collections.Immutable;
using System.Security.Claims;
using Backbone.Identity.Catalogue;
using Backbone.Identity.Clients;
using Backbone.Identity.Events;
using Backbone.Identity.Protocol;
using Backbone.Identity.Sessions;
using Backbone.Identity.Storage;
using Backbone.Platform;
using Backbone.Platform.Web.Components;
using Backbone.Platform.Web.Errors;
using Backbone.Platform.Web.Pages;
using Backbone.Platform.Web.Security;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Localization;
using Microsoft.EntityFrameworkCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Backbone.Identity.Authorize;

/// <summary>
/// Asks a person what an app may have. The question is the authorization request itself, carried in <c>return</c>; the answer goes back to it.
/// Nothing in the address is believed: client and redirect URI are checked again, and the authorization endpoint checks everything once more.
/// </summary>
internal static class ConsentApp
{
    public const string Path = "/consent";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(Path, ShowAsync).WithName("identity.consent.show").AllowAnonymous();
        endpoints.MapPost(Path, AnswerAsync).WithName("identity.consent.answer").AllowAnonymous();
    }

    private static async Task<IResult> ShowAsync(
        HttpContext http, [FromQuery(Name = "return")] string? address, CachedClientManager clients, AppCatalogue catalogue, IdentityDb db,
        IStringLocalizer<ConsentTexts> words)
    {
        if (await AuthorizationAddress.ReadAsync(address, clients, http.RequestAborted) is not { } question)
        {
            return NoQuestion(words);
        }

        if (await PersonAsync(http) is not { } person)
        {
            return Results.Redirect("/sign-in" + QueryString.Create("return", Path + QueryString.Create("return", address!)));
        }

        http.AllowFormAction(question.RedirectUri);
        var account = await db.Users.AsNoTracking().SingleOrDefaultAsync(user => user.Id == person.Value, http.RequestAborted);
        var app = catalogue.Current.Find(question.Client.Application.ClientId!);
        var items = question.Scopes.Select(id => catalogue.Current.Scopes.Find(id)).OfType<CatalogueScope>()
            .Select(scope => new ConsentItem(scope, account is null ? "" : ValueOf(scope.Id, account))).ToImmutableArray();
        return new RazorComponentResult(typeof(ConsentPage), new
        {
            Model = new ConsentQuestion(
                new Bilingual(question.Client.Profile.NameZh, question.Client.Profile.NameEn), app?.Owner, question.RedirectUri.Host, items, address!),
        });
    }

    /// <summary>The page was opened by itself, or with an address no app could have sent.</summary>
    private static PageProblem NoQuestion(IStringLocalizer<ConsentTexts> words) => new(ProtocolProblems.BadAuthorizationRequest)
    {
        Title = words["Consent_None_Title"],
        Explanation = words["Consent_None_Text"],
    };

    private static async Task<IResult> AnswerAsync(
        HttpContext http, [FromForm(Name = "return")] string? address, [FromForm] string? answer, CachedClientManager clients, ConsentRules rules,
        IStringLocalizer<ConsentTexts> words)
    {
        if (await AuthorizationAddress.ReadAsync(address, clients, http.RequestAborted) is not { } question || await PersonAsync(http) is not { } person)
        {
            return NoQuestion(words);
        }

        http.AllowFormAction(question.RedirectUri);
        if (answer == "allow")
        {
            await rules.GiveAsync(EventContext.Of(http), person, question.Client, question.Scopes, http.RequestAborted);
            return new SeeOther(QueryHelpers.AddQueryString(address!, ConsentRules.GivenParameter, "true"));
        }

        await rules.RefuseAsync(EventContext.Of(http), person, question.Client, question.Scopes, http.RequestAborted);
        return new SeeOther(QueryHelpers.AddQueryString(address!, ConsentRules.RefusedParameter, "true"));
    }

    private static async Task<SubjectId?> PersonAsync(HttpContext http) =>
        (await http.AuthenticateAsync(SessionClaims.Scheme)).Principal?.FindFirstValue(SessionClaims.Subject) is { } id
            ? new SubjectId(Guid.Parse(id))
            : null;

    /// <summary>The person's own value behind a scope, masked: somebody may look over their shoulder.</summary>
    private static string ValueOf(string scope, Account account) => scope switch
    {
        Scopes.Profile => Masked.Name(account.DisplayName),
        Scopes.Phone => AccountPages.Contact.Phone(account),
        Scopes.Email => AccountPages.Contact.Mail(account),
        _ => "",
    };
}

/// <summary>What the page shows.</summary>
/// <param name="Name">The app.</param>
/// <param name="Owner">Who runs it; null for an app that left the catalogue.</param>
/// <param name="Host">Where it is: the host of its validated redirect URI.</param>
/// <param name="Items">What it asks for.</param>
/// <param name="Return">The authorization request that asks, as a local address.</param>
internal sealed record ConsentQuestion(Bilingual Name, Bilingual? Owner, string Host, ImmutableArray<ConsentItem> Items, string Return);

/// <summary>One line of the question: a scope in words, and the person's own value behind it.</summary>
internal sealed record ConsentItem(CatalogueScope Scope, string Value);
