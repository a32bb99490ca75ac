using Backbone.Identity.AccountPages;
using Backbone.Identity.AccountPages.Security;
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

namespace Backbone.Identity.Passkeys;

/// <summary>GET /account/passkeys/{id}; POST …/rename and …/remove. Another person's passkey is not found.</summary>
internal static class ManagePasskey
{
    public static void Map(IEndpointRouteBuilder endpoints)
    {
        const string Path = "/account/passkeys/{id}";
        endpoints.MapGet(Path, Show).WithName("identity.account.passkeys.show").RequireAuthorization();
        endpoints.MapPost(Path + "/rename", Rename).WithName("identity.account.passkeys.rename").RequireAuthorization();
        endpoints.MapPost(Path + "/remove", Remove).WithName("identity.account.passkeys.remove")
            .RequireAuthorization().RequireRecentSignIn(ShowSecurity.Path);
    }

    private static async Task<IResult> Show(HttpContext http, string id, UserManager<Account> accounts)
    {
        var account = await accounts.AskingAsync(http);
        return await FindAsync(accounts, account, id) is { } passkey
            ? await PageAsync(accounts, account, passkey, null, null)
            : new PageProblem(Problems.NotFound);
    }

    private static async Task<IResult> Rename(
        HttpContext http,
        string id,
        [FromForm(Name = "name")] string? posted,
        UserManager<Account> accounts,
        IdentityDb db,
        IStringLocalizer<AccountTexts> words,
        CancellationToken cancellation)
    {
        var account = await accounts.AskingAsync(http);
        if (await FindAsync(accounts, account, id) is not { } passkey)
        {
            return new PageProblem(Problems.NotFound);
        }

        var name = (posted ?? "").Trim();
        if (name.Length is 0 or > PasskeyView.NameLength || name.Any(char.IsControl))
        {
            return await PageAsync(accounts, account, passkey, name, words["Passkey_Error_Name", name.Length]);
        }

        passkey.Name = name;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        (await accounts.AddOrUpdatePasskeyAsync(account, passkey)).OrThrow();
        db.Record(AccountEvents.PasskeyRenamed(http));
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return new SeeOther(ShowSecurity.Path + "?done=passkey-renamed");
    }

    private static async Task<IResult> Remove(
        HttpContext http,
        string id,
        UserManager<Account> accounts,
        IdentityDb db,
        TellOwner tell,
        IStringLocalizer<AccountTexts> words,
        CancellationToken cancellation)
    {
        var account = await accounts.AskingAsync(http);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (await FindAsync(accounts, account, id) is not { } passkey)
        {
            return new PageProblem(Problems.NotFound);
        }

        if (!(await SecurityFacts.OfAsync(account, accounts)).MayRemovePasskey)
        {
            db.Record(AccountEvents.LastFactorKept(http, IdentityKinds.PasskeyRemove));
            await db.SaveChangesAsync(cancellation);
            await transaction.CommitAsync(cancellation);
            return RemoveTotp.LastFactor(words);
        }

        (await accounts.RemovePasskeyAsync(account, passkey.CredentialId)).OrThrow();
        db.Record(AccountEvents.PasskeyRemoved(http));
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        await tell.OfAsync(NoticeKind.PasskeyRemoved, account);
        return new SeeOther(ShowSecurity.Path + "?done=passkey-removed");
    }

    private static async Task<UserPasskeyInfo?> FindAsync(UserManager<Account> accounts, Account account, string id) =>
        PasskeyView.CredentialId(id) is { } credential ? await accounts.GetPasskeyAsync(account, credential) : null;

    private static async Task<RazorComponentResult> PageAsync(
        UserManager<Account> accounts, Account account, UserPasskeyInfo passkey, string? typed, string? error)
    {
        var facts = await SecurityFacts.OfAsync(account, accounts);
        return new RazorComponentResult(
            typeof(PasskeyPage), new { Model = PasskeyView.Of(passkey), facts.MayRemovePasskey, Typed = typed, Error = error })
        {
            StatusCode = error is null ? 200 : 422,
        };
    }
}
