using Backbone.Identity.Events;
using Backbone.Identity.Notices;
using Backbone.Identity.Storage;
using Backbone.Platform.Web.Errors;
using Backbone.Platform.Web.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Localization;

namespace Backbone.Identity.AccountPages.Security;

/// <summary>Recovery codes: replaced by a form, shown on one page once.</summary>
internal static class RenewRecoveryCodes
{
    public const string Shown = "/account/security/recovery-codes";

    private const string Path = Shown + "/renew";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(Shown, ShowOnce).WithName("identity.account.recovery-codes").RequireAuthorization();
        endpoints.MapGet(Path, Ask).WithName("identity.account.recovery-codes.ask").RequireAuthorization().RequireRecentSignIn(Path);
        endpoints.MapPost(Path, Renew).WithName("identity.account.recovery-codes.renew").RequireAuthorization().RequireRecentSignIn(Path);
    }

    private static IResult ShowOnce(
        HttpContext http, RecoveryCodes recovery, IStringLocalizer<AccountTexts> words, string? done,
        [FromQuery(Name = "return")] string? back) =>
        recovery.Take(http) is { } codes
            ? new RazorComponentResult(
                typeof(RecoveryCodesPage), new { Codes = codes, Done = done, Next = LocalPath.IsLocal(back) ? back! : ShowSecurity.Path })
            : new PageProblem(AccountProblems.CodesShown)
            {
                Title = words["Codes_GoneTitle"],
                Explanation = words["Codes_GoneText"],
                Exits = [new ProblemExit(ShowSecurity.Path, words["Factor_LastExit"]), new ProblemExit(Path, words["CodesRenew_Act"])],
            };

    private static async Task<IResult> Ask(HttpContext http, UserManager<Account> accounts)
    {
        var account = await accounts.AskingAsync(http);
        return await accounts.GetTwoFactorEnabledAsync(account)
            ? new RazorComponentResult(typeof(RenewCodesPage), new { Left = await accounts.CountRecoveryCodesAsync(account) })
            : new SeeOther(ShowSecurity.Path);
    }

    private static async Task<IResult> Renew(
        HttpContext http, UserManager<Account> accounts, IdentityDb db, RecoveryCodes recovery, TellOwner tell, CancellationToken cancellation)
    {
        var account = await accounts.AskingAsync(http);
        if (!await accounts.GetTwoFactorEnabledAsync(account))
        {
            return new SeeOther(ShowSecurity.Path);
        }

        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var codes = await recovery.RenewAsync(account);
        db.Record(AccountEvents.RecoveryCodesRenewed(http));
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        await tell.OfAsync(NoticeKind.RecoveryCodesRenewed, account);
        recovery.Carry(http, codes);
        return new SeeOther(Shown);
    }
}
