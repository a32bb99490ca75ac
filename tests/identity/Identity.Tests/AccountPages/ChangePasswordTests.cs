using System.Net;
using Xunit;

namespace Backbone.Identity.Tests.AccountPages;

public sealed class ChangePasswordTests(AccountFixture backbone) : IClassFixture<AccountFixture>
{
    private const string Path = "/account/security/password";
    private const string Better = "qing-shan lv shui 9052";

    [Fact]
    public async Task A_new_password_ends_the_other_sessions_and_keeps_this_one()
    {
        var person = await backbone.NewPersonAsync();
        var (browser, own) = await person.SignInAsync();
        var (_, other) = await person.SignInAsync();
        using var here = browser;

        await here.GoAsync(Path);
        await here.SubmitAsync(new Dictionary<string, string> { ["current"] = AccountFixture.Password, ["new"] = Better });

        Assert.Equal("/account/security", here.Address.AbsolutePath);
        Assert.Contains("密码已更改", here.Body, StringComparison.Ordinal);
        Assert.True(await person.HasPasswordAsync(Better));
        Assert.Equal((true, false), (await person.IsOpenAsync(own), await person.IsOpenAsync(other)));
    }

    [Theory]
    [InlineData("wrong-password-1234", Better, "当前密码不正确")]
    [InlineData(AccountFixture.Password, "short", "10")]
    [InlineData(AccountFixture.Password, AccountFixture.Password, "新密码与当前密码相同")]
    [InlineData("", Better, "请输入当前密码")]
    [InlineData(AccountFixture.Password, "", "请输入新密码")]
    public async Task A_refused_change_says_why_and_changes_nothing(string current, string chosen, string words)
    {
        var person = await backbone.NewPersonAsync();
        var (browser, _) = await person.SignInAsync();
        var (_, other) = await person.SignInAsync();
        using var here = browser;

        await here.GoAsync(Path);
        await here.SubmitAsync(new Dictionary<string, string> { ["current"] = current, ["new"] = chosen });

        Assert.Equal(HttpStatusCode.UnprocessableEntity, here.Status);
        Assert.Contains(words, here.Page.QuerySelector(".errors")!.TextContent, StringComparison.Ordinal);
        Assert.StartsWith("错误：", here.Page.Title, StringComparison.Ordinal);
        Assert.True(await person.HasPasswordAsync(AccountFixture.Password));
        Assert.True(await person.IsOpenAsync(other));
        Assert.DoesNotContain(AccountFixture.Password, here.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/account/security/password")]
    [InlineData("/account/security/totp")]
    [InlineData("/account/security/totp/remove")]
    [InlineData("/account/security/recovery-codes/renew")]
    [InlineData("/account/passkeys/new")]
    public async Task A_sign_in_older_than_ten_minutes_must_be_repeated_first(string path)
    {
        var person = await backbone.NewPersonAsync();
        var (browser, _) = await person.SignInAsync(provedAgo: TimeSpan.FromMinutes(11));
        using var here = browser;

        await here.GoAsync(path);

        Assert.Contains(here.Trail, address => address.AbsolutePath == "/sign-in"
            && address.Query.Contains("prompt=login", StringComparison.Ordinal)
            && address.Query.Contains(Uri.EscapeDataString(path), StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_form_itself_is_refused_too_when_the_sign_in_is_old()
    {
        var person = await backbone.NewPersonAsync();
        var (browser, _) = await person.SignInAsync(provedAgo: TimeSpan.FromMinutes(11));
        using var here = browser;

        await here.GoAsync("/account/sessions");
        var status = await here.PostAsync(Path, fields: [("current", AccountFixture.Password), ("new", Better)]);

        Assert.Equal(HttpStatusCode.SeeOther, status);
        Assert.True(await person.HasPasswordAsync(AccountFixture.Password));
    }

    [Fact]
    public async Task Guessing_the_current_password_is_locked_even_with_the_right_one_at_last()
    {
        var person = await backbone.NewPersonAsync();
        var (browser, _) = await person.SignInAsync();
        using var here = browser;
        await here.GoAsync(Path);
        for (var guess = 0; guess < 30 && here.Status != HttpStatusCode.TooManyRequests; guess++)
        {
            await here.SubmitAsync(new Dictionary<string, string> { ["current"] = $"guess-number-{guess}", ["new"] = Better });
        }

        await here.SubmitAsync(new Dictionary<string, string> { ["current"] = AccountFixture.Password, ["new"] = Better });

        Assert.Equal(HttpStatusCode.TooManyRequests, here.Status);
        Assert.Contains("尝试次数过多", here.Body, StringComparison.Ordinal);
        Assert.True(await person.HasPasswordAsync(AccountFixture.Password));
    }
}
