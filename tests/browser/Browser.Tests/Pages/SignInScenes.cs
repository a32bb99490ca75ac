using Backbone.Platform.Web.Hosting;
using Backbone.Testing;
using Microsoft.Data.Sqlite;

namespace Backbone.Browser.Tests.Pages;

/// <summary>Signing in with each factor, the mistakes, the lock-out, and staff whose second factor is still to be set up.</summary>
internal sealed class SignInScenes(BrowserWorld world, Album album)
{
    public async Task LookAsync()
    {
        await using var page = await album.OpenAsync();
        await PasswordAsync(page);
        await SecondFactorAsync(page);
        await SetUpAsync(page);
    }

    private async Task PasswordAsync(WatchedPage page)
    {
        await album.VisitAsync(page, "/sign-in");
        await page.SendFormOfAsync("password");
        await album.LookAsync(page, "sign-in-empty");
        for (var attempt = 0; attempt < 6; attempt++)
        {
            await page.Page.FillAsync("input[name=name]", "chen.jing@example.org");
            await page.Page.FillAsync("input[name=password]", "not-the-password");
            await page.SendFormOfAsync("password");
            if (attempt == 0)
            {
                await album.LookAsync(page, "sign-in-wrong");
            }
        }

        await album.LookAsync(page, "sign-in-locked");
    }

    private async Task SecondFactorAsync(WatchedPage page)
    {
        await FillPasswordAsync(page, world.Account(DemonstrationPeople.Office));
        await album.LookAsync(page, "second-factor");
        await page.SendFormOfAsync("code");
        await album.LookAsync(page, "second-factor-empty");
        await SendAsync(page, "000000");
        await album.LookAsync(page, "second-factor-wrong");
        await page.Page.Locator("a[href^='/sign-in/recovery']").ClickAsync();
        await album.LookAsync(page, "recovery");
        await page.SendFormOfAsync("code");
        await album.LookAsync(page, "recovery-empty");
        await SendAsync(page, "AAAA-BBBB");
        await album.LookAsync(page, "recovery-wrong");
    }

    private async Task SetUpAsync(WatchedPage page)
    {
        // As an operator's new account is: a password and nothing more. No page makes staff yet.
        await using (var database = new SqliteConnection($"Data Source={world.Database};Pooling=False"))
        {
            await database.OpenAsync();
            await using var command = database.CreateCommand();
            command.CommandText = "UPDATE AspNetUsers SET TwoFactorEnabled = 0 WHERE UserName = 'security-admin'";
            Assert.Equal(1, await command.ExecuteNonQueryAsync());
        }

        await FillPasswordAsync(page, world.Account("security-admin"));
        await album.LookAsync(page, "set-up");
        await page.SendFormOfAsync("code");
        await album.LookAsync(page, "set-up-empty");
        await page.Page.Locator("details.reveal summary").ClickAsync();
        await SendAsync(page, "000000");
        await page.Page.Locator("details.reveal summary").ClickAsync();
        await album.LookAsync(page, "set-up-wrong-by-hand");
        var secret = await page.Page.Locator("#totp-key").InnerTextAsync();
        await SendAsync(page, await FreshCodes.NextAsync(secret.Replace(" ", "", StringComparison.Ordinal)));
        await album.LookAsync(page, "set-up-recovery-codes");

        // A passkey in place of the authenticator: from now on the password alone leads nowhere.
        await page.AddAuthenticatorAsync();
        await page.GoAsync(new Uri(world.Portal, "/account/passkeys/new"));
        await page.PressAsync("form[data-passkey-create] button");
        await page.Page.WaitForURLAsync(address => new Uri(address).AbsolutePath == "/account/security");
        await page.GoAsync(new Uri(world.Portal, "/account/security/totp/remove"));
        await page.PressAsync("form[action$='/remove'] button");
        await page.SignOutAsync();
        await using var elsewhere = await album.OpenAsync();
        await FillPasswordAsync(elsewhere, world.Account("security-admin"));
        await album.LookAsync(elsewhere, "sign-in-use-passkey");
    }

    private async Task FillPasswordAsync(WatchedPage page, DemonstrationAccount account)
    {
        await page.GoAsync(new Uri(world.Portal, "/sign-in"));
        await page.Page.FillAsync("input[name=name]", account.Name);
        await page.Page.FillAsync("input[name=password]", account.Password!);
        await page.SendFormOfAsync("password");
    }

    private static async Task SendAsync(WatchedPage page, string code)
    {
        await page.Page.FillAsync("input[name=code]", code);
        await page.SendFormOfAsync("code");
    }
}
