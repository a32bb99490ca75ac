using System.Globalization;
using System.Text.RegularExpressions;
using Backbone.Platform.Web.Hosting;
using Backbone.Testing;
using Microsoft.Playwright;

namespace Backbone.Browser.Tests;

/// <summary>What people do on the pages, by the names of fields: the same in every language.</summary>
internal static partial class Persons
{
    public const string Password = "trumpet-Ocean-47-lantern";
    private static int made;

    public static async Task SignInAsync(this WatchedPage page, BrowserWorld world, DemonstrationAccount account, string target = "/")
    {
        await page.GoAsync(new Uri(world.Portal, "/sign-in?return=" + Uri.EscapeDataString(target)));
        await page.FillSignInAsync(account);
    }

    public static async Task FillSignInAsync(this WatchedPage page, DemonstrationAccount account)
    {
        await page.FillAsync("name", account.Name);
        await page.FillAsync("password", account.Password!);
        await page.SendFormOfAsync("password");
        if (account.TotpSecret is not null)
        {
            await page.EnterCodeAsync(account.TotpSecret);
        }

        await Assertions.Expect(page.Page).Not.ToHaveURLAsync(SignInAddress());
    }

    /// <summary>A code works once: waits for the next one when this step's was used by an earlier test.</summary>
    public static async Task EnterCodeAsync(this WatchedPage page, string secret)
    {
        await Assertions.Expect(page.Page).ToHaveURLAsync(SecondFactorAddress());
        for (var attempt = 0; attempt < 3; attempt++)
        {
            await page.FillAsync("code", await FreshCodes.NextAsync(secret));
            await page.SendFormOfAsync("code");
            await page.ArrivedAsync();
            if (!page.Path.StartsWith("/sign-in", StringComparison.Ordinal))
            {
                return;
            }
        }
    }

    /// <summary>Registers a citizen of this name by e-mail, reading the code where the development sender shows it.</summary>
    public static async Task<DemonstrationAccount> RegisterAsync(this WatchedPage page, BrowserWorld world, string name)
    {
        var mail = string.Create(CultureInfo.InvariantCulture, $"person{Interlocked.Increment(ref made)}@example.org");
        await page.GoAsync(new Uri(world.Portal, "/register"));
        await page.FillAsync("identifier", mail);
        await page.SendFormOfAsync("identifier");
        await page.FillAsync("code", await ReadCodeAsync(world, mail));
        await page.SendFormOfAsync("code");
        await page.FillAsync("name", name);
        await page.FillAsync("password", Password);
        await page.SendFormOfAsync("password");
        await Assertions.Expect(page.Page.Locator("form[action='/sign-out']").First).ToBeAttachedAsync();
        return new DemonstrationAccount(mail, Password, null, []);
    }

    /// <summary>Sign-out stands in the account menu, which needs no script to open.</summary>
    public static async Task SignOutAsync(this WatchedPage page)
    {
        await page.PressAsync("header details:has(form[action='/sign-out']) > summary");
        await page.PressAsync("form[action='/sign-out'] button");
        await Assertions.Expect(page.Page.Locator("form[action='/sign-out']")).ToHaveCountAsync(0);
    }

    public static async Task AllowIfAskedAsync(this WatchedPage page)
    {
        if (page.Path == "/consent")
        {
            await page.PressAsync("button[value=allow]");
        }
    }

    /// <summary>The newest code sent to this address, from the page where the development sender shows it.</summary>
    public static async Task<string> ReadCodeAsync(BrowserWorld world, string mail)
    {
        await using var notices = await world.OpenAsync();
        await notices.GoAsync(new Uri(world.Portal, "/dev/notices"));
        var text = await notices.Page.Locator("main").InnerTextAsync();
        var after = text[text.IndexOf(mail, StringComparison.Ordinal)..];
        return SixDigits().Match(after).Value;
    }

    [GeneratedRegex(@"(?<!\d)\d{6}(?!\d)")]
    private static partial Regex SixDigits();

    [GeneratedRegex("/sign-in")]
    private static partial Regex SignInAddress();

    [GeneratedRegex("/sign-in/second-factor")]
    private static partial Regex SecondFactorAddress();
}

/// <summary>Authenticator codes, each given out once: RFC 6238 5.2 has the server refuse the second use.</summary>
internal static class FreshCodes
{
    private static readonly Dictionary<string, long> Used = [];
    private static readonly SemaphoreSlim One = new(1);

    public static async Task<string> NextAsync(string secret)
    {
        await One.WaitAsync();
        try
        {
            // One step ahead is accepted for clocks that differ, so a second code is at hand without waiting.
            var now = TimeProvider.System.GetUtcNow();
            var step = now.ToUnixTimeSeconds() / 30;
            var last = Used.GetValueOrDefault(secret, step - 1);
            var next = Math.Max(step, last + 1);
            if (next > step + 1)
            {
                await Task.Delay(DateTimeOffset.FromUnixTimeSeconds((next - 1) * 30).AddMilliseconds(200) - now);
            }

            Used[secret] = next;
            return Totp.Code(secret, DateTimeOffset.FromUnixTimeSeconds(next * 30));
        }
        finally
        {
            One.Release();
        }
    }
}
