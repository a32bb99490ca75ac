using System.Net;
using System.Text.Json.Nodes;
using Backbone.Identity.AccountPages.Security;
using Backbone.Identity.Notices;
using Backbone.Identity.Storage;
using Backbone.Identity.Tests.AccountPages;
using Backbone.Identity.Tests.SignIn;
using Backbone.Platform.Web.Components;
using Backbone.Platform.Web.Pages;
using Backbone.Testing;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Backbone.Identity.Tests.Notices;

/// <summary>Whoever's way in was changed hears of it at every address that the account has.</summary>
public sealed class TellOwnerTests(AccountFixture backbone) : IClassFixture<AccountFixture>
{
    private const string Better = "qing-shan lv shui 9052";

    [Theory]
    [InlineData("zh-CN", "如果不是您本人操作")]
    [InlineData("en", "If it was not you")]
    public async Task Each_change_is_told_to_phone_and_mailbox_in_the_persons_language_with_time_and_a_way_out(string language, string wayOut)
    {
        var person = await backbone.NewPersonAsync();
        var old = await person.AddPasskeyAsync();
        var (browser, _) = await person.SignInAsync(language: language);
        using var here = browser;
        using var device = new SoftAuthenticator();

        await ChangePasswordAsync(here, AccountFixture.Password);
        await ToldAsync(NoticeKind.PasswordChanged);
        var secret = await AddTotpAsync(here);
        await ToldAsync(NoticeKind.AuthenticatorAdded, secret);
        secret = await AddTotpAsync(here);
        await ToldAsync(NoticeKind.AuthenticatorReplaced, secret);
        await here.GoAsync("/account/security/recovery-codes/renew");
        await here.SubmitAsync(form: "/account/security/recovery-codes/renew");
        await ToldAsync(NoticeKind.RecoveryCodesRenewed, [.. here.Page.QuerySelectorAll("#codes li").Select(item => item.TextContent.Trim())]);
        await here.GoAsync("/account/security/totp/remove");
        await here.SubmitAsync(form: "/account/security/totp/remove");
        await ToldAsync(NoticeKind.AuthenticatorRemoved);
        await here.GoAsync("/account/passkeys/new");
        Assert.Equal(HttpStatusCode.OK, await AddPasskeyAsync(here, device));
        await ToldAsync(NoticeKind.PasskeyAdded);
        await here.GoAsync("/account/passkeys/" + old);
        await here.SubmitAsync(form: $"/account/passkeys/{old}/remove");
        await ToldAsync(NoticeKind.PasskeyRemoved);

        async Task ToldAsync(NoticeKind kind, params string[] secrets)
        {
            var account = await backbone.InDatabaseAsync(db => db.Users.AsNoTracking().SingleAsync(user => user.Id == person.Id));
            var told = NoticesOf(account);
            Assert.Equal([account.Email!, account.PhoneNumber!], told.Take(2).Select(notice => notice.To.Value).Order(StringComparer.Ordinal).Reverse());
            Assert.All(told.Take(2), notice =>
            {
                Assert.Equal((kind, null), (notice.Kind, notice.Code));
                Assert.Contains(TimeText.Full(notice.At, PageLanguage.OfTag(language)!), notice.Text, StringComparison.Ordinal);
                Assert.Contains(wayOut, notice.Text, StringComparison.Ordinal);
                Assert.Contains(backbone.Options.PublicUrl + "/reset", notice.Text, StringComparison.Ordinal);
                Assert.DoesNotContain("Change_", notice.Text, StringComparison.Ordinal);
                Assert.All([AccountFixture.Password, Better, account.DisplayName, .. secrets], word =>
                    Assert.DoesNotContain(word, notice.Text, StringComparison.Ordinal));
            });
            Assert.Equal(2, told.Count(notice => notice.Kind == kind));
        }
    }

    [Fact]
    public async Task The_language_the_person_chose_goes_before_that_of_the_browser_that_made_the_change()
    {
        var person = await backbone.NewPersonAsync();
        await backbone.InDatabaseAsync(db => db.Users.Where(user => user.Id == person.Id).ExecuteUpdateAsync(set => set.SetProperty(user => user.Language, "zh")));
        var (browser, _) = await person.SignInAsync(language: "en");
        using var here = browser;

        await ChangePasswordAsync(here, AccountFixture.Password);

        var account = await backbone.InDatabaseAsync(db => db.Users.AsNoTracking().SingleAsync(user => user.Id == person.Id));
        Assert.All(NoticesOf(account), notice => Assert.StartsWith("【政务枢纽】您的密码已于", notice.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_was_refused_is_told_to_nobody()
    {
        var person = await backbone.NewPersonAsync();
        var (browser, _) = await person.SignInAsync();
        using var here = browser;

        await ChangePasswordAsync(here, "wrong-password-1234");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, here.Status);
        Assert.Empty(NoticesOf(await backbone.InDatabaseAsync(db => db.Users.AsNoTracking().SingleAsync(user => user.Id == person.Id))));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_gateway_that_fails_or_hangs_does_not_fail_the_change(bool hangs)
    {
        await using var broken = new HostWithGateway(new BrokenGateway(hangs));
        await ((IAsyncLifetime)broken).InitializeAsync();
        var person = await broken.NewPersonAsync();
        var (browser, _) = await person.SignInAsync();
        using var here = browser;

        await ChangePasswordAsync(here, AccountFixture.Password);

        Assert.Equal((HttpStatusCode.OK, "/account/security"), (here.Status, here.Address.AbsolutePath));
        Assert.True(await person.HasPasswordAsync(Better));
    }

    private List<Notice> NoticesOf(Account account) => [.. backbone.Services.GetRequiredService<DevelopmentNotices>().Latest
        .Where(notice => notice.To.Value == account.Email || notice.To.Value == account.PhoneNumber)];

    private static async Task ChangePasswordAsync(ScriptlessBrowser here, string current)
    {
        await here.GoAsync("/account/security/password");
        await here.SubmitAsync(new Dictionary<string, string> { ["current"] = current, ["new"] = Better });
    }

    private static async Task<string> AddTotpAsync(ScriptlessBrowser here)
    {
        await here.GoAsync("/account/security/totp");
        var secret = here.Page.QuerySelector("#totp-key")!.TextContent.Replace(" ", "", StringComparison.Ordinal);
        await here.SubmitAsync(new Dictionary<string, string> { ["code"] = TotpCode.At(secret, TimeProvider.System.GetUtcNow()) });
        return secret;
    }

    private async Task<HttpStatusCode> AddPasskeyAsync(ScriptlessBrowser here, SoftAuthenticator device)
    {
        using var asked = await here.PostJsonAsync("/account/passkeys/options", "{}");
        var options = JsonNode.Parse(await asked.Content.ReadAsStringAsync())!;
        var body = new JsonObject { ["name"] = "手机", ["credential"] = device.Create(options, backbone.Address) };
        using var answer = await here.PostJsonAsync("/account/passkeys", body.ToJsonString());
        return answer.StatusCode;
    }

    private sealed class HostWithGateway(INoticeSender gateway) : AccountFixture
    {
        protected override void Configure(FixtureSettings settings) =>
            settings.Observe = services => services.Replace(ServiceDescriptor.Singleton(gateway));
    }

    private sealed class BrokenGateway(bool hangs) : INoticeSender
    {
        public async ValueTask SendAsync(Notice notice, CancellationToken cancellation)
        {
            if (hangs)
            {
                await new TaskCompletionSource().Task;
            }

            throw new HttpRequestException($"No route to the gateway for {notice.To.Value}.");
        }
    }
}
