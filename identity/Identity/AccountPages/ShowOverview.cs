using Backbone.Identity.AccountPages.Apps;
using Backbone.Identity.AccountPages.Security;
using Backbone.Identity.Catalogue;
using Backbone.Identity.Persons;
using Backbone.Identity.Storage;
using Backbone.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;

namespace Backbone.Identity.AccountPages;

/// <summary>What to do for better security: words by key, where, and the number in the words.</summary>
internal sealed record Advice(string Key, string Href, string Icon, int Count = 0);

internal sealed record OverviewFacts(
    Account Person, Session? This, Session? Previous, int OpenSessions, int Apps, IReadOnlyList<Advice> Advice, Uri? WhoLooked, PersonLevel Level);

/// <summary>GET /account: who you are here, when you signed in, what would make the account safer.</summary>
internal static class ShowOverview
{
    /// <summary>More open sessions than a person has devices: worth a look.</summary>
    private const int ManySessions = 4;

    /// <summary>The app of the catalogue whose page tells people who looked at their data; the audit module's.</summary>
    private const string WhoLooked = "who-looked";

    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet("/account", Show).WithName("identity.account").RequireAuthorization();

    private static async Task<IResult> Show(
        HttpContext http, UserManager<Account> accounts, OwnSessions sessions, OwnConsents consents, AppCatalogue catalogue, BackboneOptions platform,
        EndpointDataSource served, PersonLevels levels, string? done, CancellationToken cancellation)
    {
        var account = await accounts.AskingAsync(http);
        var asker = Asker.Of(http.User);
        var open = await sessions.OpenAsync(account.Id, cancellation);
        var facts = new OverviewFacts(
            account,
            open.FirstOrDefault(session => session.Id == asker.Session),
            await sessions.PreviousAsync(account.Id, asker.Session, cancellation),
            open.Count,
            (await consents.OfAsync(account.Id, cancellation)).Count,
            [.. AdviceFor(await SecurityFacts.OfAsync(account, accounts), open.Count)],
            WhoLookedAt(catalogue, platform, served),
            await levels.OfAsync(account.Id, cancellation));
        return new RazorComponentResult(typeof(OverviewPage), new { Model = facts, Done = done });
    }

    /// <summary>The page's address, unless it would be one of this host and no module here has it.</summary>
    private static Uri? WhoLookedAt(AppCatalogue catalogue, BackboneOptions platform, EndpointDataSource served) =>
        catalogue.Current.Find(WhoLooked) is { CanSignIn: true, Start: { } page }
        && (!new Uri(platform.PublicUrl).IsBaseOf(page)
            || served.Endpoints.OfType<RouteEndpoint>().Any(endpoint => endpoint.RoutePattern.RawText == page.AbsolutePath))
            ? page
            : null;

    private static IEnumerable<Advice> AdviceFor(SecurityFacts security, int openSessions)
    {
        if (!security.HasTotp)
        {
            yield return new("SecondFactor", "/account/security/totp", "shield");
        }

        if (security.Passkeys.Count == 0)
        {
            yield return new("Passkey", "/account/passkeys/new", "passkey");
        }

        if (security.HasTotp && security.RecoveryCodes < SecurityFacts.FewCodes)
        {
            yield return new("Codes", "/account/security/recovery-codes/renew", "list", security.RecoveryCodes);
        }

        if (openSessions >= ManySessions)
        {
            yield return new("Sessions", "/account/sessions", "device", openSessions);
        }
    }
}
