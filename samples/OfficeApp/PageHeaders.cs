namespace Backbone.OfficeApp;

/// <summary>Headers of every answer. Forms may lead to the issuer too: signing out is a form that is redirected there.</summary>
internal static class PageHeaders
{
    public static Task Add(HttpContext context, RequestDelegate next)
    {
        var issuer = new Uri(context.RequestServices.GetRequiredService<Settings>().Issuer).GetLeftPart(UriPartial.Authority);
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy =
            $"default-src 'none'; style-src 'self'; img-src data:; form-action 'self' {issuer}; base-uri 'none'; frame-ancestors 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers.CacheControl = "no-store";
        return next(context);
    }
}
