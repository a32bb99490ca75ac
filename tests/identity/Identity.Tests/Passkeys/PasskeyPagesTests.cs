using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Backbone.Identity.Tests.AccountPages;
using Xunit;

namespace Backbone.Identity.Tests.Passkeys;

public sealed class PasskeyPagesTests(AccountFixture backbone) : IClassFixture<AccountFixture>
{
    [Fact]
    public async Task Options_ask_for_a_discoverable_key_and_a_verified_user_of_this_host()
    {
        var (browser, _) = await (await backbone.NewPersonAsync()).SignInAsync();
        using var here = browser;
        await here.GoAsync("/account/passkeys/new");

        using var answer = await here.PostJsonAsync("/account/passkeys/options", "{}");
        var options = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("localhost", options["rp"]!["id"]!.GetValue<string>());
        Assert.Equal("required", options["authenticatorSelection"]!["userVerification"]!.GetValue<string>());
        Assert.Equal("required", options["authenticatorSelection"]!["residentKey"]!.GetValue<string>());
        Assert.True(options["challenge"]!.GetValue<string>().Length >= 43);
        Assert.DoesNotContain("13800", options.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_to_another_challenge_is_refused_and_the_challenge_is_spent()
    {
        var person = await backbone.NewPersonAsync();
        var (browser, _) = await person.SignInAsync();
        using var here = browser;
        await here.GoAsync("/account/passkeys/new");
        using var options = await here.PostJsonAsync("/account/passkeys/options", "{}");
        var cookie = here.Cookies.GetCookies(here.Address)["bb-pk-new"]!.Value;

        using var wrong = await here.PostJsonAsync("/account/passkeys", Answer("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));
        Assert.Equal("urn:backbone:identity:passkey-refused", await TypeOf(wrong));

        // The browser kept a copy of the sealed challenge; it is spent all the same.
        here.Cookies.Add(new Cookie("bb-pk-new", cookie, "/", here.Address.Host));
        using var again = await here.PostJsonAsync("/account/passkeys", Answer("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));
        Assert.Equal("urn:backbone:identity:passkey-expired", await TypeOf(again));
        Assert.Empty(await person.PasskeyNamesAsync());
    }

    [Fact]
    public async Task A_challenge_of_another_session_is_refused()
    {
        var (theirs, _) = await (await backbone.NewPersonAsync()).SignInAsync();
        var (mine, _) = await (await backbone.NewPersonAsync()).SignInAsync();
        using var there = theirs;
        using var here = mine;
        await there.GoAsync("/account/passkeys/new");
        await here.GoAsync("/account/passkeys/new");
        using var options = await there.PostJsonAsync("/account/passkeys/options", "{}");
        here.Cookies.Add(new Cookie("bb-pk-new", there.Cookies.GetCookies(there.Address)["bb-pk-new"]!.Value, "/", here.Address.Host));

        using var answer = await here.PostJsonAsync("/account/passkeys", Answer("AAAA"));

        Assert.Equal("urn:backbone:identity:passkey-expired", await TypeOf(answer));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("{\"credential\":7}")]
    [InlineData("{\"credential\":{\"a\":1,\"a\":2}}")]
    [InlineData("not json")]
    public async Task Anything_but_an_answer_is_a_bad_request(string body)
    {
        var (browser, _) = await (await backbone.NewPersonAsync()).SignInAsync();
        using var here = browser;
        await here.GoAsync("/account/passkeys/new");
        using var options = await here.PostJsonAsync("/account/passkeys/options", "{}");

        using var answer = await here.PostJsonAsync("/account/passkeys", body);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task Script_needs_the_form_token_too()
    {
        var (browser, _) = await (await backbone.NewPersonAsync()).SignInAsync();
        using var here = browser;
        await here.GoAsync("/account/passkeys/new");

        using var answer = await here.PostJsonAsync("/account/passkeys/options", "{}", withToken: false);

        Assert.Equal("urn:backbone:platform:stale-form", await TypeOf(answer));
    }

    [Fact]
    public async Task Script_is_told_where_to_sign_in_again()
    {
        var (browser, _) = await (await backbone.NewPersonAsync()).SignInAsync(provedAgo: TimeSpan.FromMinutes(11));
        using var here = browser;
        await here.GoAsync("/account/sessions");

        using var answer = await here.PostJsonAsync("/account/passkeys/options", "{}");
        var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("/sign-in?return=%2Faccount%2Fpasskeys%2Fnew&prompt=login", problem["location"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_passkey_can_be_renamed_and_removed_by_its_owner()
    {
        var person = await backbone.NewPersonAsync();
        var id = await person.AddPasskeyAsync();
        var (browser, _) = await person.SignInAsync();
        using var here = browser;

        await here.GoAsync("/account/security");
        await here.FollowAsync("管理");
        await here.SubmitAsync(new Dictionary<string, string> { ["name"] = new('长', 41) });
        Assert.Contains("当前为 41 个", here.Body, StringComparison.Ordinal);
        await here.SubmitAsync(new Dictionary<string, string> { ["name"] = "办公电脑" });
        Assert.Equal(["办公电脑"], await person.PasskeyNamesAsync());

        await here.GoAsync("/account/passkeys/" + id);
        await here.SubmitAsync(button: "移除通行密钥");
        Assert.Contains("通行密钥已移除", here.Body, StringComparison.Ordinal);
        Assert.Empty(await person.PasskeyNamesAsync());
    }

    [Fact]
    public async Task Another_persons_passkey_is_not_found()
    {
        var victim = await backbone.NewPersonAsync();
        var id = await victim.AddPasskeyAsync("受害人");
        var (browser, _) = await (await backbone.NewPersonAsync()).SignInAsync();
        using var here = browser;

        await here.GoAsync("/account/passkeys/" + id);
        Assert.Equal(HttpStatusCode.NotFound, here.Status);
        await here.GoAsync("/account/sessions");
        Assert.Equal(HttpStatusCode.NotFound, await here.PostAsync($"/account/passkeys/{id}/rename", fields: ("name", "我的")));
        Assert.Equal(HttpStatusCode.NotFound, await here.PostAsync($"/account/passkeys/{id}/remove"));
        Assert.Equal(["受害人"], await victim.PasskeyNamesAsync());
    }

    [Fact]
    public async Task Staff_keep_their_last_passkey_when_nothing_else_is_left()
    {
        var person = await backbone.NewPersonAsync(staff: true);
        var id = await person.AddPasskeyAsync();
        var (browser, _) = await person.SignInAsync();
        using var here = browser;

        await here.GoAsync("/account/passkeys/" + id);
        Assert.Equal(HttpStatusCode.Conflict, await here.PostAsync($"/account/passkeys/{id}/remove"));
        Assert.Single(await person.PasskeyNamesAsync());
    }

    private static async Task<string> TypeOf(HttpResponseMessage answer)
    {
        var body = await answer.Content.ReadAsStringAsync();
        return JsonNode.Parse(body)?["type"]?.GetValue<string>() ?? body;
    }

    private static string Answer(string challenge)
    {
        var client = $$"""{"type":"webauthn.create","challenge":"{{challenge}}","origin":"http://localhost","crossOrigin":false}""";
        return new JsonObject
        {
            ["name"] = "测试",
            ["credential"] = new JsonObject
            {
                ["id"] = "AAAA",
                ["rawId"] = "AAAA",
                ["type"] = "public-key",
                ["clientExtensionResults"] = new JsonObject(),
                ["response"] = new JsonObject
                {
                    ["clientDataJSON"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(client)).TrimEnd('=').Replace('+', '-').Replace('/', '_'),
                    ["attestationObject"] = "oA",
                    ["transports"] = new JsonArray(),
                },
            },
        }.ToJsonString();
    }
}
