using System.Globalization;
using System.Security.Claims;
using System.Text.Encodings.Web;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Backbone.Audit.Appending;
using Backbone.Audit.Disclosure;
using Backbone.Audit.Publishing;
using Backbone.Audit.Searching;
using Backbone.Audit.State;
using Backbone.Platform.Web;
using Backbone.Platform.Web.Console;
using Backbone.Platform.Web.Pages;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Backbone.Audit.Tests;

/// <summary>The audit module alone on real Kestrel; a header says who asks, in place of the console's sign-in.</summary>
internal sealed class ConsoleHost : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly HttpClient client;
    private readonly TemporaryLog folder;

    private ConsoleHost(WebApplication app, TemporaryLog folder)
    {
        this.app = app;
        this.folder = folder;
        client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public static Guid Staff { get; } = Guid.Parse("01981234-0000-7000-8000-000000000001");

    /// <summary>Who asks; <see cref="Staff"/> unless set.</summary>
    public Guid As { get; set; } = Staff;

    /// <summary>What forms are sent in.</summary>
    public string Language { get; set; } = "zh";

    /// <summary>When they last proved it, as the issuer's claim; now unless set, null for no claim.</summary>
    public Func<DateTimeOffset, string?> Proved { get; set; } = now => now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    public SegmentLog Log => app.Services.GetRequiredService<SegmentLog>();

    public IServiceProvider Services => app.Services;

    /// <param name="adjust">Replaces services.</param>
    /// <param name="postgres">The connection string of an empty database; null for SQLite.</param>
    public static async Task<ConsoleHost> StartAsync(Action<IServiceCollection>? adjust = null, string? postgres = null)
    {
        var folder = new TemporaryLog();
        var options = new BackboneOptions { DataDirectory = folder.Folder };
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        if (postgres is not null)
        {
            builder.Configuration["Backbone:Audit:Database"] = "postgres";
            builder.Configuration["Backbone:Audit:ConnectionString"] = postgres;
        }

        var context = new ModuleContext(builder.Services, builder.Configuration, options);
        context.AddAuditState();
        builder.Services.AddAuditTrail(options);
        context.AddAuditTree();
        builder.Services.AddPageShell(options);
        builder.Services.AddAuthentication(ConsoleSignIn.Cookie).AddScheme<AuthenticationSchemeOptions, HeaderSignIn>(ConsoleSignIn.Cookie, null);
        builder.Services.AddAuthorizationBuilder()
            .AddPolicy("console.audit", policy => policy.RequireClaim("role", "audit-administrator"));
        builder.Services.PostConfigure<AuthenticationOptions>(authentication =>
            authentication.SchemeMap[UsageSignIn.Cookie].HandlerType = typeof(HeaderSignIn));
        builder.Services.RemoveAll<IEventIndex>();
        builder.Services.AddSingleton<LogScan>();
        builder.Services.AddSingleton<IEventIndex>(provider => provider.GetRequiredService<LogScan>());
        var module = new AuditModule();
        module.AddServices(context);
        builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider();
        adjust?.Invoke(builder.Services);
        var app = builder.Build();
        app.UsePageShell();
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UsePageForms();
        app.MapPageShell();
        module.MapEndpoints(app);
        await app.StartAsync();
        return new ConsoleHost(app, folder);
    }

    public async Task<(HttpResponseMessage Response, IHtmlDocument Page)> GetAsync(
        string address, string? role = "audit-administrator", string language = "zh")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Add("Accept", "text/html");
        request.Headers.Add("Accept-Language", language);
        if (role is not null)
        {
            SignIn(request, role);
        }

        var response = await client.SendAsync(request);
        return (response, new HtmlParser().ParseDocument(await response.Content.ReadAsStringAsync()));
    }

    /// <summary>Opens a page, fills its form that posts to the action, and sends it.</summary>
    public Task<HttpResponseMessage> PostAsync(string page, string action, params (string Name, string Value)[] values) =>
        PostAsync(page, action, action, values);

    /// <summary>The same with the form's fields sent to another address than its own.</summary>
    public async Task<HttpResponseMessage> PostAsync(string page, string form, string action, params (string Name, string Value)[] values)
    {
        var (_, document) = await GetAsync(page);
        var found = document.QuerySelectorAll("form").First(one => one.GetAttribute("action") == form);
        var fields = found.QuerySelectorAll("input[type=hidden]").Select(field => (Name: field.GetAttribute("name")!, Value: field.GetAttribute("value")!))
            .Where(field => values.All(value => value.Name != field.Name)).Concat(values);
        using var request = new HttpRequestMessage(HttpMethod.Post, action)
        {
            Content = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))),
        };
        request.Headers.Add("Accept", "text/html");
        request.Headers.Add("Accept-Language", Language);
        SignIn(request, "audit-administrator");
        return await client.SendAsync(request);
    }

    /// <summary>From here on this browser reads for a case.</summary>
    public Task<HttpResponseMessage> StatePurposeAsync() =>
        PostAsync("/console/audit/purpose", "/console/audit/purpose", ("code", "investigation"), ("reference", "2026-0042"));

    public LogScan Index => Services.GetRequiredService<LogScan>();

    private void SignIn(HttpRequestMessage request, string role)
    {
        request.Headers.Add("X-Role", role);
        request.Headers.Add("X-Staff", As.ToString("D"));
        if (Proved(Services.GetRequiredService<TimeProvider>().GetUtcNow()) is { } proved)
        {
            request.Headers.Add("X-Proved", proved);
        }
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
        folder.Dispose();
    }

    private sealed class HeaderSignIn(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            if (Request.Headers["X-Role"] is not [{ } role])
            {
                return Task.FromResult(AuthenticateResult.NoResult());
            }

            var identity = new ClaimsIdentity([new("sub", Request.Headers["X-Staff"] is [{ } staff] ? staff : Staff.ToString("D")), new("role", role), new("name", "审计员")], "test", "name", "role");
            identity.AddClaims(Request.Headers["X-Proved"].ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(time => new Claim("auth_time", time)));
            return Task.FromResult(AuthenticateResult.Success(new(new ClaimsPrincipal(identity), "test")));
        }
    }
}
