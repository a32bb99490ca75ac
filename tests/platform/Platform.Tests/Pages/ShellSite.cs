using System.Security.Claims;
using Backbone.Platform.Web;
using Backbone.Platform.Web.Errors;
using Backbone.Platform.Web.Pages;
using Backbone.Platform.Web.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Backbone.Platform.Tests.Pages;

/// <summary>A site of the page shell alone on real Kestrel, with one endpoint per kind of answer.</summary>
public sealed class ShellSite : IAsyncLifetime
{
    private WebApplication app = null!;

    public HttpClient Client { get; private set; } = null!;

    public string PublicUrl { get; init; } = "http://localhost:7100";

    public bool Demo { get; init; } = true;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = 100_000);
        builder.Services.AddSingleton<IDataProtectionProvider, EphemeralDataProtectionProvider>();
        builder.Services.AddPageShell(new BackboneOptions { PublicUrl = PublicUrl, Demo = Demo });
        builder.Services.AddPageNav(new PageNavItem("/account", _ => "Account for all"));
        builder.Services.AddPageNav(new PageNavItem("/console", _ => "Console for some", Roles: ["operator"]));
        app = builder.Build();
        app.UsePageShell();
        app.UseRouting();
        app.Use(SignInByHeader);
        app.UsePageForms();
        app.MapPageShell();
        app.MapGet("/boom", string () => throw new InvalidOperationException("the secret of the inside"));
        app.MapGet("/status/{code:int}", (int code) => Results.StatusCode(code));
        app.MapGet("/redirect", () => Results.Redirect("/help"));
        app.MapGet("/private-cache", Cacheable);
        app.MapGet("/to-app", ToApp);
        app.MapPost("/form", () => "taken");
        app.MapPost("/form/body", ([FromForm] string word) => word);
        app.MapPost("/token", () => "taken").DisableAntiforgery();
        app.MapGet("/problem", () => new PageProblem(new Problem("identity", "no-such-app", 404, "No such app."), "client x")
        {
            Title = "找不到应用",
            Explanation = "应用已停用。",
            Exits = [new("/apps", "查看全部应用")],
        });
        await app.StartAsync();
        Client = NewClient();
    }

    /// <summary>Keeps no cookies and follows no redirects: a test says and sees each.</summary>
    public HttpClient NewClient()
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false };
        return new HttpClient(handler) { BaseAddress = new Uri(app.Urls.First()) };
    }

    public async ValueTask DisposeAsync()
    {
        Client?.Dispose();
        await app.DisposeAsync();
    }

    public async Task<string> Page(string path, string language = "zh-CN", params (string Name, string Value)[] headers)
    {
        using var answer = await Send(HttpMethod.Get, path, [("Accept", "text/html"), ("Accept-Language", language), .. headers]);
        return await answer.Content.ReadAsStringAsync();
    }

    public Task<HttpResponseMessage> Send(HttpMethod method, string path, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, path);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return Client.SendAsync(request);
    }

    private static IResult Cacheable(HttpContext context)
    {
        context.Response.Headers.CacheControl = "public, max-age=60";
        return Results.Content("<p>", "text/html");
    }

    private static IResult ToApp(HttpContext context)
    {
        context.AllowFormAction(new Uri("https://app.example:8443/callback?x=1;y"));
        context.AllowFormAction(new Uri("cn.example.app:/callback"));
        return Results.Text("");
    }

    private static Task SignInByHeader(HttpContext context, RequestDelegate next)
    {
        if (context.Request.Headers["X-Test-Name"] is [{ } name])
        {
            Claim[] claims = [new("sub", "1"), new("name", Uri.UnescapeDataString(name)), new("role", context.Request.Headers["X-Test-Role"].ToString())];
            context.User = new ClaimsPrincipal(new ClaimsIdentity(claims, "test"));
        }

        return next(context);
    }
}
