using System.Net.Http.Headers;
using Backbone.Platform.Web.Errors;
using Microsoft.AspNetCore.Http;

namespace Backbone.Platform.Web.Security;

/// <summary>
/// A body that says it is a form must be one, in UTF-8: on pages (HTML, form submission) and at the protocol's endpoints (RFC 6749
/// appendix B). Readers further in throw on such bodies, and some charsets make one byte sequence mean two things (CWE-838); here it is a
/// plain 400 or 415. What is read is kept with the request, so nobody reads twice.
/// </summary>
internal sealed class ReadableForms(RequestDelegate next)
{
    /// <summary>ASCII is UTF-8 too.</summary>
    private static readonly string[] Known = ["utf-8", "us-ascii"];

    public async Task InvokeAsync(HttpContext context)
    {
        if (context.Request.HasFormContentType)
        {
            var status = IsForeign(context.Request.ContentType) ? StatusCodes.Status415UnsupportedMediaType
                : await CanReadAsync(context) ? 0 : StatusCodes.Status400BadRequest;
            if (status != 0)
            {
                await new PageProblem(Problems.Of(status)).ExecuteAsync(context);
                return;
            }
        }

        await next(context);
    }

    private static bool IsForeign(string? contentType) =>
        contentType?.Contains("charset", StringComparison.OrdinalIgnoreCase) == true
        && (!MediaTypeHeaderValue.TryParse(contentType, out var type)
            || (type.CharSet is { } charset && !Known.Contains(charset.Trim('"'), StringComparer.OrdinalIgnoreCase)));

    private static async Task<bool> CanReadAsync(HttpContext context)
    {
        try
        {
            await context.Request.ReadFormAsync(context.RequestAborted);
            return true;
        }
        catch (Exception unreadable) when (unreadable is InvalidDataException or (IOException and not BadHttpRequestException))
        {
            return false;
        }
    }
}
