using System.Net.Http.Headers;
using Backbone.Platform.Web.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;

namespace Backbone.Platform.Web.Security;

/// <summary>
/// A body that says it is a form must be one, in UTF-8: on pages (HTML, form submission) and at the protocol's endpoints (RFC 6749
/// appendix B). Readers further in throw on such bodies, and some charsets make one byte sequence mean two things (CWE-838); here it is a
/// plain refusal. A NUL, in a form or in the query, is refused everywhere: no keyboard makes it, and PostgreSQL stores no text that has one.
/// What is read is kept with the request, so nobody reads twice.
/// </summary>
/// <param name="next">What comes after.</param>
/// <param name="large">
/// Whether this one reads the forms of endpoints that have a bound of their own (<see cref="IRequestSizeLimitMetadata"/>): files, which are read for
/// those alone who may send them.
/// </param>
internal sealed class ReadableForms(RequestDelegate next, bool large)
{
    /// <summary>
    /// What the reader puts for bytes that are not UTF-8. People can paste it too, and their form tells them; a program that sends it is broken.
    /// </summary>
    private const char Undecodable = '\uFFFD';

    private const char Nul = '\0';

    /// <summary>ASCII is UTF-8 too.</summary>
    private static readonly string[] Known = ["utf-8", "us-ascii"];

    public async Task InvokeAsync(HttpContext context)
    {
        if (context.Request.QueryString.Value?.Contains("%00", StringComparison.Ordinal) == true)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest);
            return;
        }

        if (context.Request.HasFormContentType && large == (context.GetEndpoint()?.Metadata.GetMetadata<IRequestSizeLimitMetadata>() is not null))
        {
            var status = IsForeign(context.Request.ContentType) ? StatusCodes.Status415UnsupportedMediaType : await ReadAsync(context);
            if (status != 0)
            {
                await RefuseAsync(context, status);
                return;
            }
        }

        await next(context);
    }

    private static bool IsForeign(string? contentType) =>
        contentType?.Contains("charset", StringComparison.OrdinalIgnoreCase) == true
        && (!MediaTypeHeaderValue.TryParse(contentType, out var type)
            || (type.CharSet is { } charset && !Known.Contains(charset.Trim('"'), StringComparer.OrdinalIgnoreCase)));

    /// <returns>0, or the status to refuse with.</returns>
    private static async Task<int> ReadAsync(HttpContext context)
    {
        try
        {
            var form = await context.Request.ReadFormAsync(context.RequestAborted);
            var texts = form.SelectMany(field => field.Value.Append(field.Key)).OfType<string>();
            return texts.Any(text => text.Contains(Nul, StringComparison.Ordinal) || (OwnRefusal(context) is not null && IsBroken(text)))
                ? StatusCodes.Status400BadRequest
                : 0;
        }
        catch (BadHttpRequestException refused)
        {
            // Too large, too slow or cut off: the server says which.
            return refused.StatusCode;
        }
        catch (Exception unreadable) when (unreadable is InvalidDataException or IOException)
        {
            return StatusCodes.Status400BadRequest;
        }
    }

    private static bool IsBroken(string text) => text.Contains(Undecodable, StringComparison.Ordinal);

    private static FormRefusal? OwnRefusal(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<FormRefusal>();

    private static Task RefuseAsync(HttpContext context, int status) =>
        OwnRefusal(context) is { } own
            ? own.AnswerAsync(context, status == StatusCodes.Status415UnsupportedMediaType ? StatusCodes.Status400BadRequest : status)
            : new PageProblem(Problems.Of(status)).ExecuteAsync(context);
}
