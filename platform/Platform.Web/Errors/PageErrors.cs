using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Backbone.Platform.Web.Errors;

/// <summary>Bare status codes and unhandled exceptions become problems. Protocol answers with a body of their own pass untouched.</summary>
internal static partial class PageErrors
{
    public static void AddPageErrors(this IServiceCollection services) => services.AddProblemDetails(options =>
        options.CustomizeProblemDetails = context => context.ProblemDetails.Extensions["correlation"] = Correlation.Of(context.HttpContext));

    public static void UsePageErrors(this IApplicationBuilder app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandler = Answer,
            StatusCodeSelector = StatusOf,
            SuppressDiagnosticsCallback = context => context.Exception is BadHttpRequestException,
        });
        app.UseStatusCodePages(context => new PageProblem(Problems.Of(context.HttpContext.Response.StatusCode)).ExecuteAsync(context.HttpContext));
    }

    /// <summary>Kestrel and the binders report unreadable input as an exception with a status; all else is our fault.</summary>
    private static int StatusOf(Exception exception) => exception is BadHttpRequestException bad ? bad.StatusCode : 500;

    private static Task Answer(HttpContext context)
    {
        if (context.Features.Get<IExceptionHandlerFeature>()?.Error is { } error and not BadHttpRequestException)
        {
            var logger = context.RequestServices.GetRequiredService<ILogger<PageProblem>>();
            Failed(logger, error, Correlation.Of(context), context.GetEndpoint()?.DisplayName);
        }

        return new PageProblem(Problems.Of(context.Response.StatusCode)).ExecuteAsync(context);
    }

    [LoggerMessage(9100, LogLevel.Error, "Request {Correlation} to {Endpoint} failed")]
    private static partial void Failed(ILogger logger, Exception error, string correlation, string? endpoint);
}
