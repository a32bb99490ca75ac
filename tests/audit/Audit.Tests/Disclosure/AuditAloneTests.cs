using System.Net;
using System.Security.Claims;
using System.Text.Json.Nodes;
using Backbone.Audit.Disclosure;
using Backbone.Platform.Web.Console;
using Backbone.Testing;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Backbone.Audit.Tests.Disclosure;

/// <summary>A host that runs the audit module alone, its issuer elsewhere: what every page has in its header works there too.</summary>
public sealed class AuditAloneTests(AuditAloneTests.AloneHost host) : IClassFixture<AuditAloneTests.AloneHost>
{
    private static readonly Guid Person = Guid.Parse("01981234-0000-7000-8000-000000000077");
    private static readonly Guid Auditor = Guid.Parse("01981234-0000-7000-8000-000000000078");

    [Theory]
    [InlineData("/usage", "Who looked at my data")]
    [InlineData("/usage?from=2026-11-01", "Who looked at my data")]
    [InlineData("/console", "Console")]
    [InlineData("/console/audit", "Audit events")]
    [InlineData("/help", "Help")]
    public async Task The_language_and_the_look_are_chosen_on_every_page_by_whoever_is_signed_in_to_it(string page, string english)
    {
        using var browser = new ScriptlessBrowser(host.Address);

        // One computer, two sign-ins of two persons, as where somebody of the staff looks at what is their own.
        SignIn(browser, UsageSignIn.Cookie, "who-looked", Person);
        SignIn(browser, ConsoleSignIn.Cookie, "console", Auditor, new Claim("role", ConsoleRoles.Audit));
        await browser.GoAsync(page);
        Assert.Equal((HttpStatusCode.OK, page), (browser.Status, browser.Address.PathAndQuery));

        await browser.SubmitAsync(button: "en");
        Assert.Equal((HttpStatusCode.OK, page, english), (browser.Status, browser.Address.PathAndQuery, browser.Heading));
        await browser.SubmitAsync(button: "dark");
        Assert.Equal((HttpStatusCode.OK, page), (browser.Status, browser.Address.PathAndQuery));
        Assert.Equal("dark", browser.Page.DocumentElement.GetAttribute("data-theme"));
    }

    [Fact]
    public async Task Nobody_signed_in_chooses_the_language_too_and_a_form_without_its_token_is_refused()
    {
        using var browser = new ScriptlessBrowser(host.Address);
        await browser.GoAsync("/help");
        await browser.SubmitAsync(button: "en");
        Assert.Equal((HttpStatusCode.OK, "Help"), (browser.Status, browser.Heading));

        SignIn(browser, UsageSignIn.Cookie, "who-looked", Person);
        await browser.GoAsync("/usage");
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = browser.Cookies, UseProxy = false });
        using var forged = new FormUrlEncodedContent([new("language", "zh"), new("return", "/usage"), new("_token", "x")]);
        using var answer = await client.PostAsync(new Uri(host.Address, "/preferences"), forged, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task Who_is_signed_in_to_who_looked_leaves_it_by_its_button()
    {
        using var browser = new ScriptlessBrowser(host.Address);
        SignIn(browser, UsageSignIn.Cookie, "who-looked", Person);
        await browser.GoAsync("/usage");
        await browser.SubmitAsync(form: "/usage/sign-out");
        Assert.DoesNotContain(browser.Cookies.GetAllCookies(), cookie => cookie.Name.StartsWith("who-looked", StringComparison.Ordinal));
    }

    /// <summary>The cookie that a sign-in at the issuer leaves.</summary>
    private void SignIn(ScriptlessBrowser browser, string scheme, string client, Guid person, params Claim[] more)
    {
        var cookie = host.Services.GetRequiredService<IOptionsMonitor<CookieAuthenticationOptions>>().Get(scheme);
        var properties = new AuthenticationProperties();
        properties.StoreTokens([new() { Name = "refresh_token", Value = $"of {client}" }, new() { Name = "id_token", Value = "x" }]);
        var identity = new ClaimsIdentity([new("sub", person.ToString("D")), new("name", "欧阳一鸣"), .. more], "issuer", "name", "role");
        var ticket = cookie.TicketDataFormat.Protect(new AuthenticationTicket(new ClaimsPrincipal(identity), properties, scheme));
        browser.Cookies.Add(new Cookie(cookie.Cookie.Name!, ticket, "/", host.Address.Host));
    }

    /// <summary>With an issuer that says of every session that it lives.</summary>
    public sealed class AloneHost : IAsyncLifetime
    {
        private WebApplication? issuer;
        private BackboneFixture? backbone;

        public Uri Address => backbone!.Address;

        public IServiceProvider Services => backbone!.Services;

        public async ValueTask InitializeAsync()
        {
            var builder = WebApplication.CreateBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            issuer = builder.Build();
            issuer.MapGet("/.well-known/openid-configuration", (HttpContext http) => Results.Text(Metadata($"http://{http.Request.Host}"), "application/json"));
            issuer.MapGet("/jwks", () => Results.Text("{\"keys\":[]}", "application/json"));
            issuer.MapGet("/logout", () => Results.Text("signed out"));
            issuer.MapPost("/introspect", () => Results.Text("{\"active\":true}", "application/json"));
            await issuer.StartAsync();
            backbone = await BackboneFixture.StartAsync(settings =>
            {
                settings.Modules = "audit";
                settings.Settings["Backbone:Issuer"] = issuer.Urls.Single();
            });
            var secrets = Directory.CreateDirectory(Path.Combine(backbone.DataDirectory, "secrets")).FullName;
            foreach (var client in (string[])["console", "who-looked"])
            {
                await File.WriteAllTextAsync(Path.Combine(secrets, client + ".secret"), "secret");
            }
        }

        public async ValueTask DisposeAsync()
        {
            await backbone!.DisposeAsync();
            await issuer!.DisposeAsync();
        }

        private static string Metadata(string own) => new JsonObject
        {
            ["issuer"] = own,
            ["jwks_uri"] = own + "/jwks",
            ["authorization_endpoint"] = own + "/authorize",
            ["token_endpoint"] = own + "/token",
            ["introspection_endpoint"] = own + "/introspect",
            ["end_session_endpoint"] = own + "/logout",
        }.ToJsonString();
    }
}
