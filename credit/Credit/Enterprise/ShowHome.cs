using Backbone.Credit.PriorNotices;
using Backbone.Credit.Storage;
using Backbone.Platform.Entities;
using Backbone.Platform.Web.SignIn;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Credit.Enterprise;

/// <summary>GET /credit/my: for whom one is here and what one may do for it; and the ways in again and out.</summary>
internal static class ShowHome
{
    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(EnterpriseSignIn.Home, Show).WithName("credit.my").RequireAuthorization(EnterpriseSignIn.Any);
        endpoints.MapPost(EnterpriseSignIn.Party.SignOutPath, SignOut).WithName("credit.my.sign-out").RequireAuthorization(EnterpriseSignIn.Any);

        // Open, for whoever chose another organisation has at most a sign-in for the former one; it shows nothing and leads to the issuer.
        endpoints.MapGet(EnterpriseSignIn.Party.AgainPath, Again).WithName("credit.my.again").AllowAnonymous();
    }

    private static async Task<RazorComponentResult> Show(HttpContext http, CreditDb db)
    {
        var organisation = ActingOrganisation.Of(http.User)!;
        http.Response.Headers.CacheControl = "no-store";
        return new RazorComponentResult(typeof(HomePage), new { Organisation = organisation, Data = await OpenNoticesAsync(db, organisation.Code, http.RequestAborted) });
    }

    /// <summary>Notices whose time runs: the organisation sees them wherever it comes in.</summary>
    internal static async Task<IReadOnlyList<PriorNotice>> OpenNoticesAsync(CreditDb db, EntityCode entity, CancellationToken cancellation)
    {
        var code = entity.ToString();
        return await db.PriorNotices.AsNoTracking().Where(one => one.Entity == code && one.State == NoticeState.Open).OrderBy(one => one.EndsOn).ToListAsync(cancellation);
    }

    private static Task SignOut(HttpContext http) => RelyingPartySignIn.SignOutAsync(http, EnterpriseSignIn.Party);

    private static Task Again(HttpContext http) => RelyingPartySignIn.SignInAgainAsync(http, EnterpriseSignIn.Party);
}
