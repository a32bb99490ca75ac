using Backbone.Identity.Catalogue;
using Backbone.Identity.Events;
using Backbone.Identity.Storage;
using Backbone.Platform.Web.Errors;
using Backbone.Platform.Web.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;

namespace Backbone.Identity.AccountPages.Apps;

internal sealed record AllowedApps(IReadOnlyList<Consent> Consents, IReadOnlyList<CatalogueApp> ByPolicy);

/// <summary>GET /account/apps: what was allowed to whom; POST …/withdraw takes it back.</summary>
internal static class ManageApps
{
    private const string Path = "/account/apps";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(Path, Show).WithName("identity.account.apps").RequireAuthorization();
        endpoints.MapPost(Path + "/{authorization:guid}/withdraw", Withdraw).WithName("identity.account.apps.withdraw").RequireAuthorization();
    }

    private static async Task<IResult> Show(
        HttpContext http, UserManager<Account> accounts, OwnConsents consents, AppCatalogue catalogue, string? done, CancellationToken cancellation)
    {
        var account = await accounts.AskingAsync(http);
        var own = await consents.OfAsync(account.Id, cancellation);
        var audience = account.Kind == AccountKind.Staff ? AppAudience.Staff : AppAudience.Citizens;
        var byPolicy = catalogue.Current.Apps
            .Where(app => app is { CanSignIn: true, Consent: ConsentPolicy.Pre, Listed: true } && (app.Audience == AppAudience.Both || app.Audience == audience))
            .ToList();
        return new RazorComponentResult(typeof(AppsPage), new { Model = new AllowedApps(own, byPolicy), Done = done });
    }

    private static async Task<IResult> Withdraw(
        HttpContext http, Guid authorization, OwnConsents consents, IdentityDb db, CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (await consents.WithdrawAsync(Asker.Of(http.User).Account, authorization, cancellation) is not { } client)
        {
            return new PageProblem(Problems.NotFound);
        }

        db.Record(AccountEvents.ConsentWithdrawn(http, client));
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return new SeeOther(Path + "?done=consent-withdrawn");
    }
}
