using System.Security.Claims;
using Backbone.Identity.Sessions;
using Backbone.Identity.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;

namespace Backbone.Identity.AccountPages;

/// <summary>Who asks and in which session.</summary>
internal readonly record struct Asker(Guid Account, Guid Session)
{
    /// <summary>Only behind <c>RequireAuthorization()</c>: without a session it is a fault of ours.</summary>
    public static Asker Of(ClaimsPrincipal user) => user.AccountId() is { } account && user.SessionId() is { } session
        ? new Asker(account, session)
        : throw new InvalidOperationException("Nobody is signed in.");
}

internal static class AskerAccount
{
    /// <summary>The account of the session. Deleting an account ends its sessions, so a session without one is a fault of ours.</summary>
    public static async Task<Account> AskingAsync(this UserManager<Account> accounts, HttpContext http) =>
        await accounts.FindByIdAsync(Asker.Of(http.User).Account.ToString("D"))
            ?? throw new InvalidOperationException("The session's account does not exist.");
}
