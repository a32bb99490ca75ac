using Backbone.Identity.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;

namespace Backbone.Identity.AccountPages.Security;

/// <summary>GET /account/security: password, second step, recovery codes, passkeys.</summary>
internal static class ShowSecurity
{
    public const string Path = "/account/security";

    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet(Path, Show).WithName("identity.account.security").RequireAuthorization();

    private static async Task<IResult> Show(HttpContext http, UserManager<Account> accounts, string? done)
    {
        var account = await accounts.AskingAsync(http);
        var facts = await SecurityFacts.OfAsync(account, accounts);
        return new RazorComponentResult(typeof(SecurityPage), new { Model = facts, Done = done });
    }
}
