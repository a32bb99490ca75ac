using Microsoft.AspNetCore.Http;

namespace Backbone.Platform.Web.Security;

/// <summary>
/// On an endpoint that proves its callers itself and needs neither session nor policy nor page form: it is answered as soon as its body is
/// known to be readable, and what stands further in is never built for it.
/// </summary>
public sealed class ShortWay
{
    private ShortWay()
    {
    }

    public static ShortWay Instance { get; } = new();

    /// <summary>The middleware: after routing and <c>UseReadableForms</c>, before everything that knows people.</summary>
    public static Task AnswerAsync(HttpContext context, RequestDelegate next)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(next);
        return context.GetEndpoint() is { RequestDelegate: { } answer } endpoint && endpoint.Metadata.GetMetadata<ShortWay>() is not null
            ? answer(context)
            : next(context);
    }
}
