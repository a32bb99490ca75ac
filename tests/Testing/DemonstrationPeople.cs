using Backbone.Platform.Web.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Testing;

/// <summary>The demonstration accounts at a browser, through the same pages as everybody.</summary>
public static class DemonstrationPeople
{
    public const string CitizenByPhone = "13800000001";

    public const string CitizenByMail = "li.ming@example.com";

    public const string Office = "office";

    public const string AuditAdministrator = "audit-admin";

    /// <summary>Name, password and authenticator secret as the first start showed them.</summary>
    public static DemonstrationAccount Account(this BackboneFixture host, string name) =>
        host.Services.GetRequiredService<DemonstrationSheet>().Accounts.Single(account => account.Name == name);

    /// <summary>Signs in with every factor the account has; ends where <paramref name="target"/> leads.</summary>
    /// <param name="browser">A person's.</param>
    /// <param name="portal">The host.</param>
    /// <param name="account">Who.</param>
    /// <param name="target">A local address.</param>
    /// <param name="clock">The host's, where the test turns it.</param>
    public static async Task SignInAsync(
        this ScriptlessBrowser browser, Uri portal, DemonstrationAccount account, string target = "/", TimeProvider? clock = null)
    {
        await browser.GoAsync(new Uri(portal, "/sign-in?return=" + Uri.EscapeDataString(target)).AbsoluteUri);
        await browser.FillSignInAsync(account, clock);
    }

    /// <summary>The same, standing on the sign-in page already.</summary>
    public static async Task FillSignInAsync(this ScriptlessBrowser browser, DemonstrationAccount account, TimeProvider? clock = null)
    {
        await browser.SubmitAsync(new Dictionary<string, string> { ["name"] = account.Name, ["password"] = account.Password! });
        if (browser.Address.AbsolutePath == "/sign-in/second-factor")
        {
            await browser.SubmitAsync(new Dictionary<string, string> { ["code"] = Totp.Code(account.TotpSecret!, (clock ?? TimeProvider.System).GetUtcNow()) });
        }

        if (browser.Address.AbsolutePath.StartsWith("/sign-in", StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"{account.Name} was not signed in: {(int)browser.Status} {browser.Page.Body?.TextContent}");
        }
    }

    /// <summary>Says yes on the consent page when the provider shows one.</summary>
    public static Task AllowIfAskedAsync(this ScriptlessBrowser browser) =>
        browser.Address.AbsolutePath == "/consent" ? browser.SubmitAsync(button: "allow") : Task.CompletedTask;
}
