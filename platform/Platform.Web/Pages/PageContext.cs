using System.Security.Claims;
using Backbone.Platform.Web.Assets;
using Backbone.Platform.Web.Errors;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;

namespace Backbone.Platform.Web.Pages;

// How a page uses the shell:
//   1. XPage.razor:  @inject IStringLocalizer<XTexts> T
//                    <Shell Title="@T["X_Title"]"> … </Shell>          (Width="PageWidth.Page" for lists, .Console for tables;
//                    Scripts="@(["passkeys.js"])" for an own script registered by services.AddPageAsset(assembly, "passkeys.js"))
//   2. The shell draws the h1 from Title; begin the content below it. HideTitle="true" when the page draws its own <h1 tabindex="-1">.
//   3. Every form: <form method="post" action="…"><FormToken /> … </form>. Middleware checks the token on every posted form; an
//      endpoint other programs post to says .DisableAntiforgery().
//   4. The handler: return new RazorComponentResult(typeof(XPage), new { Model = model });  a refusal a person reads: new PageProblem(…).
//   5. Texts: XTexts.cs is an empty internal sealed class beside XTexts.resx (zh) and XTexts.en.resx, in the folder's namespace.
//   6. Anything about the request (name, language, correlation id): @inject PageContext Page.
//   7. A page whose form ends in a redirect to an app: httpContext.AllowFormAction(uri) with the validated redirect URI.

/// <summary>What every page knows about the request it answers. Scoped.</summary>
public sealed class PageContext(IHttpContextAccessor accessor, IAntiforgery antiforgery, PageAssets assets, BackboneOptions options)
{
    private HttpContext Http => accessor.HttpContext ?? throw new InvalidOperationException("A page is only rendered for a request.");

    private PagePreferences Preferences => Http.Features.Get<PagePreferences>() ?? PagePreferences.Read(Http.Request);

    /// <summary>The language of this answer; also <c>CultureInfo.CurrentUICulture</c>.</summary>
    public PageLanguage Language => Http.Features.Get<PageLanguage>() ?? PageLanguage.Zh;

    public bool Chinese => Language == PageLanguage.Zh;

    /// <summary><c>light</c>, <c>dark</c>, or null: as the device says.</summary>
    public string? Theme => Preferences.Theme;

    /// <summary>大字版: larger text and targets.</summary>
    public bool Large => Preferences.Large;

    public ClaimsPrincipal User => Http.User;

    public bool SignedIn => Http.User.Identity?.IsAuthenticated == true;

    /// <summary>The name shown as "who am I"; null when nobody is signed in.</summary>
    public string? Name => SignedIn ? Http.User.FindFirst("name")?.Value ?? Http.User.Identity?.Name ?? "" : null;

    /// <summary>The organisation the person acts for; null for themselves. Said on every page (ui.md 3, 代办).</summary>
    public string? ActingFor => SignedIn ? Http.User.FindFirst("organisation_name")?.Value : null;

    /// <summary>Where choosing another leads back to: this page, or where pages with a sign-in of their own begin it anew.</summary>
    internal string ActingReturn => Http.User.FindFirst("organisation_again")?.Value ?? Here;

    public string Path => Http.Request.Path.Value ?? "/";

    /// <summary>Where "back to this page" leads: path and query of a GET, the path alone after a POST.</summary>
    public string Here => Http.Request.PathBase + Http.Request.Path + (HttpMethods.IsGet(Http.Request.Method) ? Http.Request.QueryString : default);

    /// <summary>The number a person quotes to the help desk; the first 40 bits of the trace id.</summary>
    public string Correlation => Errors.Correlation.Of(Http);

    public bool Demo => options.Demo;

    /// <summary>The address of an own asset, with its content hash.</summary>
    public string Asset(string name) => assets.Find(name).Path;

    /// <summary>The pair for a hidden field. Must be read before the first byte of the answer, which page rendering guarantees.</summary>
    public (string Field, string Token) FormToken()
    {
        var tokens = antiforgery.GetAndStoreTokens(Http);
        return (tokens.FormFieldName, tokens.RequestToken ?? "");
    }
}
