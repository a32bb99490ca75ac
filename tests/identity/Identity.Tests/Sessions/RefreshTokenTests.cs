using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Backbone.Identity.Tests.Protocol;
using Backbone.Identity.Tests.SignIn;
using Backbone.Platform.Web.Hosting;
using Backbone.Testing;
using Microsoft.AspNetCore.WebUtilities;

namespace Backbone.Identity.Tests.Sessions;

/// <summary>Tokens live no longer than the session they were issued in, and die with no other.</summary>
public abstract class RefreshTokenTests(SignInHost host) : IAsyncLifetime
{
    private DemonstrationClient Web => host.Backbone.Demonstration.Clients.Single(client => client.Kind == "web");

    public async ValueTask InitializeAsync() => await host.StartAsync();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Ending_one_session_ends_its_refresh_tokens_and_those_of_no_other_session_of_the_same_person_and_app()
    {
        var person = await host.NewPersonAsync();
        using var here = await person.SignInAsync();
        using var there = await person.SignInAsync();
        var kept = await TokensAsync(here);
        var ended = await TokensAsync(there);
        ended = await AnswerAsync(Refresh(ended));
        Assert.NotNull(ended["refresh_token"]);

        await there.GoAsync("/account");
        await there.SubmitAsync(form: "/sign-out");

        Assert.Equal("invalid_grant", (string?)(await AnswerAsync(Refresh(ended)))["error"]);
        Assert.Equal(HttpStatusCode.Unauthorized, await UserInfoAsync(ended));
        kept = await AnswerAsync(Refresh(kept));
        Assert.NotNull(kept["refresh_token"]);
        Assert.Equal(HttpStatusCode.OK, await UserInfoAsync(kept));
    }

    [Fact]
    public async Task A_session_ended_elsewhere_takes_its_refresh_tokens_along()
    {
        var person = await host.NewPersonAsync();
        using var here = await person.SignInAsync();
        using var there = await person.SignInAsync();
        var tokens = await TokensAsync(there);

        await here.GoAsync("/account/sessions");
        await here.SubmitAsync(form: "/account/sessions/end-others");

        Assert.Equal("invalid_grant", (string?)(await AnswerAsync(Refresh(tokens)))["error"]);
    }

    [Fact]
    public async Task A_session_that_idled_out_refreshes_nothing()
    {
        var person = await host.NewPersonAsync();
        using var browser = await person.SignInAsync();
        var tokens = await TokensAsync(browser);

        host.Clock.Advance(TimeSpan.FromMinutes(31));

        Assert.Equal("invalid_grant", (string?)(await AnswerAsync(Refresh(tokens)))["error"]);
    }

    [Fact]
    public async Task Refreshing_is_activity_but_never_past_twelve_hours()
    {
        var person = await host.NewPersonAsync();
        using var browser = await person.SignInAsync();
        var tokens = await TokensAsync(browser);
        for (var minutes = 0; minutes < (12 * 60) - 20; minutes += 20)
        {
            host.Clock.Advance(TimeSpan.FromMinutes(20));
            tokens = await AnswerAsync(Refresh(tokens));
            Assert.Null(tokens["error"]);
        }

        host.Clock.Advance(TimeSpan.FromMinutes(20));
        Assert.Equal("invalid_grant", (string?)(await AnswerAsync(Refresh(tokens)))["error"]);
    }

    [Fact]
    public async Task A_code_of_an_ended_session_is_worth_nothing()
    {
        var person = await host.NewPersonAsync();
        using var browser = await person.SignInAsync();
        var code = await CodeAsync(browser);
        await browser.GoAsync("/account");
        await browser.SubmitAsync(form: "/sign-out");

        Assert.Equal("invalid_grant", (string?)(await AnswerAsync(Redeem(code)))["error"]);
    }

    /// <summary>The app does not run: the address the browser is sent to is the answer.</summary>
    private async Task<string> CodeAsync(ScriptlessBrowser browser)
    {
        var request = QueryHelpers.AddQueryString("/connect/authorize", new Dictionary<string, string?>
        {
            ["client_id"] = Web.Id,
            ["redirect_uri"] = Web.RedirectUris[0],
            ["response_type"] = "code",
            ["scope"] = "openid profile offline_access",
            ["code_challenge"] = Pkce.Challenge(Pkce.Verifier),
            ["code_challenge_method"] = "S256",
        });
        try
        {
            await browser.GoAsync(request);
            Assert.Equal("/consent", browser.Address.AbsolutePath);
            await browser.SubmitAsync(button: "allow");
        }
        catch (HttpRequestException)
        {
            // Nobody listens at the redirect URI.
        }

        return QueryHelpers.ParseQuery(browser.Trail[^1].Query)["code"].ToString();
    }

    private async Task<JsonNode> TokensAsync(ScriptlessBrowser browser)
    {
        var tokens = await AnswerAsync(Redeem(await CodeAsync(browser)));
        Assert.NotNull(tokens["refresh_token"]);
        return tokens;
    }

    private Dictionary<string, string> Redeem(string code) => new()
    {
        ["grant_type"] = "authorization_code",
        ["code"] = code,
        ["redirect_uri"] = Web.RedirectUris[0],
        ["code_verifier"] = Pkce.Verifier,
    };

    private static Dictionary<string, string> Refresh(JsonNode tokens) => new()
    {
        ["grant_type"] = "refresh_token",
        ["refresh_token"] = tokens["refresh_token"]!.GetValue<string>(),
    };

    private async Task<JsonNode> AnswerAsync(Dictionary<string, string> form)
    {
        using var client = host.Backbone.NewClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Web.Id}:{Web.Secret}")));
        using var answer = await client.PostAsync("/connect/token", new FormUrlEncodedContent(form));
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
    }

    private async Task<HttpStatusCode> UserInfoAsync(JsonNode tokens)
    {
        using var client = host.Backbone.NewClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", tokens["access_token"]!.GetValue<string>());
        using var answer = await client.GetAsync("/connect/userinfo");
        return answer.StatusCode;
    }
}

public sealed class RefreshTokenOnSqliteTests(SqliteSignInHost host) : RefreshTokenTests(host), IClassFixture<SqliteSignInHost>;

public sealed class RefreshTokenOnPostgresTests(PostgresSignInHost host) : RefreshTokenTests(host), IClassFixture<PostgresSignInHost>;
