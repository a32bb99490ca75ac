using Backbone.Identity.AccountPages;
using Backbone.Identity.Authorize;
using Backbone.Identity.Catalogue;
using Backbone.Identity.Clients;
using Backbone.Identity.Storage;
using Backbone.Platform;
using Backbone.Platform.Web.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Identity.Persons;

/// <summary>
/// GET /account/level: how much is known of the person, and the next step up. An app's sign-in that needs more leads here with its request in
/// <c>return</c>; nothing in that address is believed but what its client's file and the request itself say, and it is gone back to unchanged.
/// </summary>
internal static class ShowLevel
{
    public const string Path = "/account/level";

    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet(Path, Show).WithName("identity.account.level").RequireAuthorization();

    /// <summary>The page's address on the way to somewhere.</summary>
    public static string At(string? back, string? done = null)
    {
        var address = LocalPath.OrRoot(back) is var path && path == "/" ? Path : QueryHelpers.AddQueryString(Path, "return", path);
        return done is null ? address : QueryHelpers.AddQueryString(address, "done", done);
    }

    private static async Task<IResult> Show(
        HttpContext http, [FromQuery(Name = "return")] string? back, string? done, PersonLevels levels, IdentityDb db, SealedRealNames names,
        CachedClientManager clients, RealNameWay way, CancellationToken cancellation)
    {
        var account = Asker.Of(http.User).Account;
        var realName = await db.RealNames.AsNoTracking().SingleOrDefaultAsync(row => row.AccountId == account, cancellation);
        var shown = realName is null ? null : new ShownRealName(
            Platform.Web.Components.Masked.Name(names.NameOf(realName)), names.ShownNumberOf(realName), realName.VerifiedAt, realName.Source == RealNameSimulator.SourceName);
        return new RazorComponentResult(typeof(LevelPage), new
        {
            Data = new LevelModel(
                await levels.OfAsync(account, cancellation), shown, LocalPath.OrRoot(back), await AskerOf(back, clients, cancellation), way.IsOpen, done),
        });
    }

    /// <summary>Which app asks, and for what level; null when none does.</summary>
    private static async Task<LevelAsker?> AskerOf(string? back, CachedClientManager clients, CancellationToken cancellation)
    {
        if (await AuthorizationAddress.ReadAsync(back, clients, cancellation) is not { } request)
        {
            return null;
        }

        var query = QueryHelpers.ParseQuery(back![AuthorizeApp.Path.Length..]);
        var needed = PersonLevels.Needed(request.Client.Profile.PersonLevel, query.TryGetValue("acr_values", out var values) ? values.ToString() : null);
        return new LevelAsker(
            new Bilingual(request.Client.Profile.NameZh, request.Client.Profile.NameEn), needed,
            QueryHelpers.AddQueryString(back, LevelDemand.RefusedParameter, "true"));
    }
}

/// <param name="Level">The person's, now.</param>
/// <param name="RealName">What was confirmed; null before.</param>
/// <param name="Back">Where they were going; the portal when nowhere.</param>
/// <param name="Asker">The app that asks for more.</param>
/// <param name="IsOpen">Real names can be confirmed here.</param>
/// <param name="Done">What was just done.</param>
internal sealed record LevelModel(PersonLevel Level, ShownRealName? RealName, string Back, LevelAsker? Asker, bool IsOpen, string? Done);

/// <summary>Masked.</summary>
internal sealed record ShownRealName(string Name, string Number, DateTimeOffset At, bool IsSimulated);

/// <param name="Name">The app.</param>
/// <param name="Needed">The level it asks for.</param>
/// <param name="Refuse">Back to the app without it.</param>
internal sealed record LevelAsker(Bilingual Name, PersonLevel Needed, string Refuse);
