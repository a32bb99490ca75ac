using System.Net;

namespace Backbone.Identity.Tests.Protocol;

public sealed class AuthorizationErrorTests(ProtocolFixture backbone) : IClassFixture<ProtocolFixture>
{
    [Theory(DisplayName = "RFC 6749 4.1.2.1: a faulty request is answered at the client with error, state and iss")]
    [InlineData("response_type", "token", "unsupported_response_type")]
    [InlineData("response_type", "code id_token", "unsupported_response_type")]
    [InlineData("response_type", null, "invalid_request")]
    [InlineData("scope", "openid no.such.scope", "invalid_scope")]
    [InlineData("scope", "openid email", "invalid_scope")]
    [InlineData("scope", "roles", "invalid_scope")]
    [InlineData("prompt", "dance", "invalid_request")]
    [InlineData("prompt", "none login", "invalid_request")]
    [InlineData("code_challenge", null, "invalid_request")]
    [InlineData("code_challenge_method", "plain", "invalid_request")]
    [InlineData("code_challenge_method", null, "invalid_request")]
    [InlineData("request", "eyJhbGciOiJub25lIn0.e30.", "request_not_supported")]
    [InlineData("request_uri", "https://app.example/request", "request_uri_not_supported")]
    [InlineData("response_mode", "fragment", "invalid_request")]
    [InlineData("resource", "https://unknown.example/", "invalid_target")]
    public async Task Errors_return(string name, string? value, string error)
    {
        var person = await backbone.SignInAsync();
        var request = ProtocolFixture.AuthorizationRequest();
        request.Remove(name);
        if (value is not null)
        {
            request[name] = value;
        }

        using var response = await ProtocolFixture.AuthorizeAsync(person.Browser, request);
        var answer = ProtocolFixture.Answer(response);

        Assert.Equal(error, answer["error"]);
        Assert.Equal("the state", answer["state"]);
        Assert.Equal(backbone.Address.AbsoluteUri, answer["iss"]);
        Assert.DoesNotContain("code", answer.Keys);
    }

    [Theory(DisplayName = "RFC 6749 4.1.2.1: an unknown client or redirect URI gets a page here and never a redirect")]
    [InlineData("client_id", "nobody")]
    [InlineData("client_id", null)]
    [InlineData("redirect_uri", "https://evil.example/")]
    [InlineData("redirect_uri", "https://app.example/callback/more")]
    [InlineData("redirect_uri", "https://app.example/callback?x=1")]
    [InlineData("redirect_uri", "https://app.example/callback#x")]
    [InlineData("redirect_uri", "javascript:alert(1)")]
    public async Task No_open_redirect(string name, string? value)
    {
        var person = await backbone.SignInAsync();
        var request = ProtocolFixture.AuthorizationRequest();
        request.Remove(name);
        if (value is not null)
        {
            request[name] = value;
        }

        using var response = await ProtocolFixture.AuthorizeAsync(person.Browser, request);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Null(response.Headers.Location);
    }

    [Theory(DisplayName = "RFC 6749 3.1: parameters must not be included more than once")]
    [InlineData("client_id", "web")]
    [InlineData("redirect_uri", ProtocolFixture.RedirectUri)]
    [InlineData("scope", "openid")]
    [InlineData("state", "another")]
    [InlineData("code_challenge", "x")]
    public async Task Duplicates(string name, string value)
    {
        var person = await backbone.SignInAsync();

        using var response = await ProtocolFixture.AuthorizeAsync(person.Browser, [.. ProtocolFixture.AuthorizationRequest(), new(name, value)]);

        if (response.Headers.Location is null)
        {
            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        }
        else
        {
            Assert.Equal("invalid_request", ProtocolFixture.Answer(response)["error"]);
        }
    }

    [Fact(DisplayName = "OIDC Core 3.1.2.6: prompt=none without a session is login_required")]
    public async Task Login_required()
    {
        await backbone.MakeClientsAsync();
        using var stranger = backbone.NewClient();

        using var response = await ProtocolFixture.AuthorizeAsync(stranger, [.. ProtocolFixture.AuthorizationRequest(), new("prompt", "none")]);

        Assert.Equal("login_required", ProtocolFixture.Answer(response)["error"]);
    }

    [Fact(DisplayName = "OIDC Core 3.1.2.3: who is not signed in is led to sign in, and back to the same request")]
    public async Task Sign_in_first()
    {
        await backbone.MakeClientsAsync();
        using var stranger = backbone.NewClient();

        using var response = await ProtocolFixture.AuthorizeAsync(stranger, [.. ProtocolFixture.AuthorizationRequest(), new("login_hint", "13800001111")]);

        Assert.Equal(HttpStatusCode.Found, response.StatusCode);
        var location = response.Headers.Location!.ToString();
        Assert.StartsWith("/sign-in?return=%2Fconnect%2Fauthorize%3F", location, StringComparison.Ordinal);
        Assert.Contains("login_hint=13800001111", location, StringComparison.Ordinal);
    }

    [Theory(DisplayName = "OIDC Core 3.1.2.1: prompt=login, select_account and an old max_age ask the person anew, and one fresh sign-in meets it")]
    [InlineData("prompt", "login")]
    [InlineData("prompt", "select_account")]
    [InlineData("max_age", "60")]
    public async Task Ask_anew(string name, string value)
    {
        var person = await backbone.SignInAsync();
        backbone.Clock.Advance(TimeSpan.FromMinutes(2));
        KeyValuePair<string, string>[] request = [.. ProtocolFixture.AuthorizationRequest(), new(name, value)];

        using var response = await ProtocolFixture.AuthorizeAsync(person.Browser, request);
        var location = response.Headers.Location!.ToString();
        Assert.StartsWith("/sign-in?return=", location, StringComparison.Ordinal);
        Assert.Contains("prompt=login", location, StringComparison.Ordinal);
        var back = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(location[location.IndexOf('?', StringComparison.Ordinal)..])["return"].ToString();

        using var early = await person.Browser.GetAsync(back);
        Assert.StartsWith("/sign-in", early.Headers.Location!.ToString(), StringComparison.Ordinal);
        await backbone.ProveAgainAsync(person);
        using var late = await person.Browser.GetAsync(back);
        Assert.NotEmpty(ProtocolFixture.Answer(late)["code"]);
    }

    [Fact(DisplayName = "OIDC Core 3.1.2.1: a max_age that is not exceeded asks nothing, and auth_time tells when")]
    public async Task Max_age_met()
    {
        var person = await backbone.SignInAsync();
        var code = await ProtocolFixture.CodeAsync(person, more: [new("max_age", "10000")]);
        var (_, body) = await backbone.RedeemAsync(code);

        Assert.Equal(backbone.Clock.GetUtcNow().ToUnixTimeSeconds(), (long)ProtocolFixture.Part((string)body["id_token"]!, 1)["auth_time"]!);
    }

    [Fact(DisplayName = "OIDC Core 3.1.2.1: the hint of another person with prompt=none is login_required")]
    public async Task Hint_of_another()
    {
        var first = await backbone.SignInAsync();
        var second = await backbone.SignInAsync();
        var hint = (string)(await backbone.RedeemAsync(await ProtocolFixture.CodeAsync(first))).Body["id_token"]!;

        using var own = await ProtocolFixture.AuthorizeAsync(first.Browser, [.. ProtocolFixture.AuthorizationRequest(), new("prompt", "none"), new("id_token_hint", hint)]);
        using var other = await ProtocolFixture.AuthorizeAsync(second.Browser, [.. ProtocolFixture.AuthorizationRequest(), new("prompt", "none"), new("id_token_hint", hint)]);

        Assert.Contains("code", ProtocolFixture.Answer(own).Keys);
        Assert.Equal("login_required", ProtocolFixture.Answer(other)["error"]);
    }

    [Fact(DisplayName = "OIDC Core 3.1.2.1: an authorization request may be posted")]
    public async Task Post()
    {
        var person = await backbone.SignInAsync();

        using var posted = await person.Browser.PostAsync("/connect/authorize", new FormUrlEncodedContent(ProtocolFixture.AuthorizationRequest()));
        Assert.Equal(HttpStatusCode.SeeOther, posted.StatusCode);
        using var response = await person.Browser.GetAsync(posted.Headers.Location);
        Assert.Contains("code", ProtocolFixture.Answer(response).Keys);
    }

    [Fact(DisplayName = "RFC 6749 4.1.2.1: offline_access for a client without refresh tokens is invalid_scope")]
    public async Task Offline_access()
    {
        var person = await backbone.SignInAsync();
        using var response = await ProtocolFixture.AuthorizeAsync(person.Browser, ProtocolFixture.AuthorizationRequest("no-refresh", "openid offline_access"));

        Assert.Equal("invalid_scope", ProtocolFixture.Answer(response)["error"]);
    }

    [Fact(DisplayName = "OAuth 2.0 Form Post Response Mode: the answer is a form that sends itself, without inline script")]
    public async Task Form_post()
    {
        var person = await backbone.SignInAsync();

        using var response = await ProtocolFixture.AuthorizeAsync(person.Browser, [.. ProtocolFixture.AuthorizationRequest(), new("response_mode", "form_post")]);
        var page = await response.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains($"action=\"{ProtocolFixture.RedirectUri}\"", page, StringComparison.Ordinal);
        Assert.Contains("name=\"code\"", page, StringComparison.Ordinal);
        Assert.Contains("name=\"iss\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", page, StringComparison.Ordinal);
        Assert.Contains("form-action 'self' https://app.example", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "An app for staff is refused to a citizen with access_denied")]
    public async Task Audience()
    {
        var person = await backbone.SignInAsync();
        using var response = await ProtocolFixture.AuthorizeAsync(person.Browser, ProtocolFixture.AuthorizationRequest("staff-only"));

        Assert.Equal("access_denied", ProtocolFixture.Answer(response)["error"]);
    }
}
