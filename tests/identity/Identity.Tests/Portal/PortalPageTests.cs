using System.Net;
using System.Net.Http.Headers;
using System.Security.Claims;
using Backbone.Identity.Catalogue;
using Backbone.Identity.Portal;
using Backbone.Identity.Tests.Catalogue;
using Backbone.Platform.Web;
using Backbone.Platform.Web.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Backbone.Identity.Tests.Portal;

/// <summary>The page over a real socket, with the person the test says.</summary>
public sealed class PortalPageTests
{
    [Theory]
    [InlineData("zh", "一次登录，通办全省政务", "/register")]
    [InlineData("en", "Sign in once for every public service", "/sign-in")]
    public async Task A_stranger_is_welcomed_with_a_way_in(string language, string title, string link)
    {
        var page = await GetAsync("/", language);
        Assert.Contains(title, page, StringComparison.Ordinal);
        Assert.Contains($"href=\"{link}\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("管理控制台", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_citizen_sees_the_apps_of_citizens_and_no_dead_link()
    {
        var page = await GetAsync("/", "zh", "张三");
        Assert.Contains("你好，张三", page, StringComparison.Ordinal);
        Assert.Contains("href=\"http://localhost:7101/sign-in\"", page, StringComparison.Ordinal);
        Assert.Contains("接入中", page, StringComparison.Ordinal);
        Assert.DoesNotContain("shandong.example", page, StringComparison.Ordinal);
        Assert.DoesNotContain("山东通", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_search_says_what_it_found_and_gives_a_way_back()
    {
        var page = await GetAsync("/?q=jyfw", "zh", "张三");
        Assert.Contains("找到 2 个应用", page, StringComparison.Ordinal);
        Assert.Contains("就业服务", page, StringComparison.Ordinal);
        Assert.DoesNotContain("公共文化", page, StringComparison.Ordinal);
        Assert.Contains("没有符合的应用", await GetAsync("/?q=zzzz", "zh", "张三"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_person_searches_for_is_shown_as_text()
    {
        var page = await GetAsync("/?q=" + Uri.EscapeDataString("<b onclick=x>") + new string('x', 500), "en", "Li");
        Assert.DoesNotContain("<b onclick", page, StringComparison.Ordinal);
    }

    private static async Task<string> GetAsync(string path, string language, string? name = null, params string[] roles)
    {
        using var folder = new CatalogueFolder();
        await using var app = Build(folder, name, roles);
        await app.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        client.DefaultRequestHeaders.AcceptLanguage.Add(new StringWithQualityHeaderValue(language));
        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync();
    }

    private static WebApplication Build(CatalogueFolder folder, string? name, string[] roles)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddPageShell(new BackboneOptions { DataDirectory = folder.Options.DataDirectory });
        var catalogue = new AppCatalogue();
        catalogue.Put(folder.Loaded(), []);
        builder.Services.AddSingleton(catalogue);
        var app = builder.Build();
        app.UsePageShell();
        app.Use((HttpContext context, RequestDelegate next) =>
        {
            if (name is not null)
            {
                Claim[] claims = [new("name", name), new("auth_time", "1795000000"), .. roles.Select(role => new Claim("role", role))];
                context.User = new ClaimsPrincipal(new ClaimsIdentity(claims, "test", "name", "role"));
            }

            return next(context);
        });
        app.UseRouting();
        app.UsePageForms();
        app.MapPageShell();
        app.MapPortal();
        return app;
    }
}
