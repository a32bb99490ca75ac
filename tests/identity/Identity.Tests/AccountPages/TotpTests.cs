using System.Net;
using Backbone.Identity.AccountPages.Security;
using Backbone.Testing;
using Xunit;

namespace Backbone.Identity.Tests.AccountPages;

public sealed class TotpTests(AccountFixture backbone) : IClassFixture<AccountFixture>
{
    private const string SetUp = "/account/security/totp";

    [Theory(DisplayName = "RFC 6238 appendix B: the SHA-1 test values, cut to six digits")]
    [InlineData(59, "287082")]
    [InlineData(1111111109, "081804")]
    [InlineData(1111111111, "050471")]
    [InlineData(1234567890, "005924")]
    [InlineData(2000000000, "279037")]
    [InlineData(20000000000, "353130")]
    public void Known_codes(long seconds, string code) =>
        Assert.Equal(code, TotpCode.At("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", DateTimeOffset.FromUnixTimeSeconds(seconds)));

    [Fact(DisplayName = "RFC 6238 5.2: one step of clock difference is accepted, two are not")]
    public void Window()
    {
        const string Secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
        var now = DateTimeOffset.FromUnixTimeSeconds(1111111111);
        Assert.NotNull(TotpCode.StepOf(Secret, TotpCode.At(Secret, now.AddSeconds(-30)), now));
        Assert.NotNull(TotpCode.StepOf(Secret, TotpCode.At(Secret, now.AddSeconds(30)), now));
        Assert.Null(TotpCode.StepOf(Secret, TotpCode.At(Secret, now.AddSeconds(90)), now));
        Assert.Null(TotpCode.StepOf(Secret, "", now));
    }

    [Fact]
    public async Task The_first_authenticator_brings_recovery_codes_which_are_shown_once()
    {
        var person = await backbone.NewPersonAsync();
        var (browser, _) = await person.SignInAsync();
        using var here = browser;

        await here.GoAsync(SetUp);
        Assert.NotNull(here.Page.QuerySelector(".qr svg path"));
        Assert.Null(here.Page.QuerySelector("[style]"));
        await ConfirmAsync(here);

        Assert.Equal("/account/security/recovery-codes", here.Address.AbsolutePath);
        Assert.Contains("验证器已启用", here.Body, StringComparison.Ordinal);
        var codes = here.Page.QuerySelectorAll("#codes li").Select(item => item.TextContent.Trim()).ToList();
        Assert.Equal(10, codes.Distinct().Count());
        Assert.True(await person.HasTotpAsync());

        await here.GoAsync("/account/security/recovery-codes");
        Assert.Equal(HttpStatusCode.Gone, here.Status);
        Assert.DoesNotContain(codes[0], here.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_code_enables_nothing_and_keeps_the_same_secret_on_offer()
    {
        var person = await backbone.NewPersonAsync();
        var (browser, _) = await person.SignInAsync();
        using var here = browser;

        await here.GoAsync(SetUp);
        var offered = KeyOn(here);
        await here.SubmitAsync(new Dictionary<string, string> { ["code"] = "12345" });

        Assert.Equal(HttpStatusCode.UnprocessableEntity, here.Status);
        Assert.Contains("验证码不正确", here.Body, StringComparison.Ordinal);
        Assert.Equal(offered, KeyOn(here));
        Assert.False(await person.HasTotpAsync());

        await ConfirmAsync(here);
        Assert.True(await person.HasTotpAsync());
    }

    [Fact]
    public async Task A_secret_offered_to_another_session_is_refused()
    {
        var person = await backbone.NewPersonAsync();
        var (mine, _) = await person.SignInAsync();
        var (theirs, _) = await (await backbone.NewPersonAsync()).SignInAsync();
        using var here = mine;
        using var there = theirs;
        await there.GoAsync(SetUp);
        var planted = there.Page.QuerySelector("input[name=enrolment]")!.GetAttribute("value")!;
        var code = TotpCode.At(KeyOn(there), TimeProvider.System.GetUtcNow());

        await here.GoAsync(SetUp);
        await here.SubmitAsync(new Dictionary<string, string> { ["enrolment"] = planted, ["code"] = code });

        Assert.Equal(HttpStatusCode.UnprocessableEntity, here.Status);
        Assert.False(await person.HasTotpAsync());
    }

    [Fact]
    public async Task Renewed_codes_replace_the_earlier_ones()
    {
        var person = await backbone.NewPersonAsync();
        var (browser, _) = await person.SignInAsync();
        using var here = browser;
        await here.GoAsync(SetUp);
        await ConfirmAsync(here);
        var earlier = here.Page.QuerySelector("#codes li")!.TextContent.Trim();

        await here.GoAsync("/account/security/recovery-codes/renew");
        await here.SubmitAsync(button: "更换恢复码");

        Assert.Equal(10, here.Page.QuerySelectorAll("#codes li").Length);
        Assert.False(await backbone.WithAccountAsync(person.Id, async (accounts, account) =>
            (await accounts.RedeemTwoFactorRecoveryCodeAsync(account, earlier)).Succeeded));
    }

    [Fact]
    public async Task A_citizen_may_remove_it_and_the_codes_go_with_it()
    {
        var person = await backbone.NewPersonAsync();
        var (browser, _) = await person.SignInAsync();
        using var here = browser;
        await here.GoAsync(SetUp);
        await ConfirmAsync(here);

        await here.GoAsync("/account/security/totp/remove");
        await here.SubmitAsync(button: "移除验证器");

        Assert.Contains("验证器已移除", here.Body, StringComparison.Ordinal);
        Assert.False(await person.HasTotpAsync());
        Assert.Equal(0, await backbone.WithAccountAsync(person.Id, (accounts, account) => accounts.CountRecoveryCodesAsync(account)));
    }

    [Fact]
    public async Task Staff_keep_their_last_second_factor()
    {
        var person = await backbone.NewPersonAsync(staff: true);
        var (browser, _) = await person.SignInAsync();
        using var here = browser;
        await here.GoAsync(SetUp);
        await ConfirmAsync(here);

        await here.GoAsync("/account/security");
        Assert.Contains("至少一种第二重验证", here.Body, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Conflict, await here.PostAsync("/account/security/totp/remove"));
        Assert.True(await person.HasTotpAsync());

        await person.AddPasskeyAsync();
        Assert.Equal(HttpStatusCode.SeeOther, await here.PostAsync("/account/security/totp/remove"));
        Assert.False(await person.HasTotpAsync());
    }

    private static string KeyOn(ScriptlessBrowser browser) =>
        browser.Page.QuerySelector("#totp-key")!.TextContent.Replace(" ", "", StringComparison.Ordinal);

    private static Task ConfirmAsync(ScriptlessBrowser browser) => browser.SubmitAsync(new Dictionary<string, string>
    {
        ["code"] = TotpCode.At(KeyOn(browser), TimeProvider.System.GetUtcNow()),
    });
}
