using System.Net;
using Microsoft.EntityFrameworkCore;
using OpenIddict.EntityFrameworkCore.Models;
using Xunit;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Backbone.Identity.Tests.AccountPages;

public sealed class AppsPageTests(AccountFixture backbone) : IClassFixture<AccountFixture>
{
    [Fact]
    public async Task A_consent_is_told_in_plain_words_and_withdrawing_it_ends_its_tokens()
    {
        var person = await backbone.NewPersonAsync();
        var consent = await person.AllowAsync("ai-shandong", "openid", "profile", "phone");
        var (browser, _) = await person.SignInAsync();
        using var here = browser;

        await here.GoAsync("/account/apps");
        Assert.Contains("爱山东", here.Body, StringComparison.Ordinal);
        Assert.Contains("你的手机号，以及是否已验证。", here.Body, StringComparison.Ordinal);
        Assert.DoesNotContain(">openid<", here.Body, StringComparison.Ordinal);
        await here.SubmitAsync(form: $"/account/apps/{consent:D}/withdraw");

        Assert.Contains("授权同意已撤回", here.Body, StringComparison.Ordinal);
        Assert.Contains("还没有授权任何应用", here.Body, StringComparison.Ordinal);
        Assert.Equal((Statuses.Revoked, Statuses.Revoked), await StatesAsync(consent));
    }

    [Fact]
    public async Task Another_persons_consent_is_not_found_and_stays()
    {
        var consent = await (await backbone.NewPersonAsync()).AllowAsync("ai-shandong", "openid", "profile");
        var (browser, _) = await (await backbone.NewPersonAsync()).SignInAsync();
        using var here = browser;
        await here.GoAsync("/account/sessions");

        Assert.Equal(HttpStatusCode.NotFound, await here.PostAsync($"/account/apps/{consent:D}/withdraw"));
        Assert.Equal((Statuses.Valid, Statuses.Valid), await StatesAsync(consent));
    }

    [Fact]
    public async Task Withdrawing_from_one_app_leaves_the_others()
    {
        var person = await backbone.NewPersonAsync();
        var first = await person.AllowAsync("ai-shandong", "openid");
        var second = await person.AllowAsync("employment", "openid");
        var (browser, _) = await person.SignInAsync();
        using var here = browser;

        await here.GoAsync("/account/apps");
        await here.SubmitAsync(form: $"/account/apps/{first:D}/withdraw");

        Assert.Equal(Statuses.Revoked, (await StatesAsync(first)).Authorization);
        Assert.Equal((Statuses.Valid, Statuses.Valid), await StatesAsync(second));
    }

    private Task<(string? Authorization, string? Token)> StatesAsync(Guid consent) => backbone.InDatabaseAsync(async db => (
        (await db.Set<OpenIddictEntityFrameworkCoreAuthorization<Guid>>().AsNoTracking().SingleAsync(a => a.Id == consent)).Status,
        (await db.Set<OpenIddictEntityFrameworkCoreToken<Guid>>().AsNoTracking().SingleAsync(t => t.Authorization!.Id == consent)).Status));
}
