using Microsoft.AspNetCore.Http.HttpResults;

namespace Backbone.OfficeApp;

/// <summary>The app's one page, its style sheet and the choice of language.</summary>
internal static class Home
{
    public static void MapHome(this IEndpointRouteBuilder app)
    {
        app.MapGet("/", Show).AllowAnonymous();
        app.MapGet("/language/{code}", Choose).AllowAnonymous();
        app.MapGet("/style.css", Style).AllowAnonymous();
    }

    private static async Task<IResult> Show(HttpContext context, IHttpClientFactory clients, Settings settings)
    {
        var signedIn = context.User.Identity?.IsAuthenticated == true;
        var called = signedIn && context.Request.Query.ContainsKey("call") ? await CallHello.CallAsync(context, clients, settings) : null;
        return new RazorComponentResult(typeof(HomePage), new
        {
            T = Words.Of(context),
            Person = signedIn ? context.User : null,
            settings.Issuer,
            Called = called,
            Refused = context.Request.Query.ContainsKey("refused"),
            SignedOut = !signedIn && context.Request.Query.ContainsKey("signed-out"),
        });
    }

    private static RedirectHttpResult Choose(HttpContext context, string code)
    {
        context.Response.Cookies.Append(Words.Cookie, code == "en" ? "en" : "zh", new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Lax });
        return TypedResults.Redirect("/");
    }

    private static FileStreamHttpResult Style() =>
        TypedResults.Stream(typeof(OfficeApp).Assembly.GetManifestResourceStream("style.css")!, "text/css");
}
