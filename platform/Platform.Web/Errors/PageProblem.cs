using System.Text.Json;
using Backbone.Platform.Web.Pages;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;

namespace Backbone.Platform.Web.Errors;

/// <summary>A way out of a refusal.</summary>
public sealed record ProblemExit(string Href, string Label);

/// <summary>
/// A refusal, as the caller reads it: a page in the person's language when the browser asked for a page, problem details otherwise.
/// Both carry the correlation id; neither ever carries an exception's text.
/// </summary>
/// <param name="problem">The kind.</param>
/// <param name="detail">English, for programs: what about this occurrence. No personal data.</param>
public sealed class PageProblem(Problem problem, string? detail = null) : IResult, IStatusCodeHttpResult
{
    public int? StatusCode => problem.Status;

    /// <summary>Heading of the page in the person's language; by default the platform's words for the status.</summary>
    public string? Title { get; init; }

    /// <summary>What happened and what to do, in the person's language.</summary>
    public string? Explanation { get; init; }

    /// <summary>Ways out, the best one first; by default the portal.</summary>
    public IReadOnlyList<ProblemExit> Exits { get; init; } = [];

    public Task ExecuteAsync(HttpContext httpContext)
    {
        ArgumentNullException.ThrowIfNull(httpContext);
        httpContext.Response.StatusCode = problem.Status;
        return WantsPage(httpContext.Request) ? Page(httpContext) : Json(httpContext);
    }

    /// <summary>Browsers name text/html; clients of an interface do not.</summary>
    public static bool WantsPage(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.GetTypedHeaders().Accept.Any(entry => entry.MediaType == "text/html" && entry.Quality is null or > 0);
    }

    private Task Page(HttpContext context)
    {
        var words = context.RequestServices.GetRequiredService<IStringLocalizer<ShellTexts>>();
        var key = words[$"Error_{problem.Code}_Title"].ResourceNotFound ? Problems.Of(problem.Status).Code : problem.Code;
        var page = new RazorComponentResult(typeof(ProblemPage), new
        {
            Title = Title ?? words[$"Error_{key}_Title"].Value,
            Explanation = Explanation ?? words[$"Error_{key}_Text"].Value,
            Exits = Exits.Count > 0 ? Exits : [new ProblemExit("/", words["Error_Exit"].Value)],
            problem.Status,
        })
        {
            StatusCode = problem.Status,
        };
        return page.ExecuteAsync(context);
    }

    private async Task Json(HttpContext context)
    {
        context.Response.ContentType = "application/problem+json";
        var json = new Utf8JsonWriter(context.Response.BodyWriter);
        await using (json)
        {
            json.WriteStartObject();
            json.WriteString("type", problem.Type);
            json.WriteString("title", problem.Title);
            json.WriteNumber("status", problem.Status);
            if (detail is not null)
            {
                json.WriteString("detail", detail);
            }

            json.WriteString("correlation", Correlation.Of(context));
            json.WriteEndObject();
        }
    }
}
