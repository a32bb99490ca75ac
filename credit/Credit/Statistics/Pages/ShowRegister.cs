using Backbone.Credit.Codes;
using Backbone.Credit.Packs;
using Backbone.Credit.Storage;
using Backbone.Platform.Web.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Backbone.Credit.Statistics.Pages;

/// <summary>
/// GET /credit/register, open to all: how many organisations have which grade, by which rules, and how to object. It names no organisation and finds none:
/// a list of the bad to search in is published only where a law says so.
/// </summary>
internal static class ShowRegister
{
    public const string Path = "/credit/register";

    public static void Map(IEndpointRouteBuilder endpoints) => endpoints.MapGet(Path, Show).WithName("credit.register").AllowAnonymous();

    private static async Task<IResult> Show(HttpContext http, ReadStatistics read, PackInForce pack, CodeLimit limit, KeptFigures kept, TimeProvider clock)
    {
        if (!limit.Admits(http.Connection.RemoteIpAddress))
        {
            http.Response.Headers.RetryAfter = "60";
            return new PageProblem(Problems.TooManyRequests);
        }

        http.Response.Headers.CacheControl = "no-store";
        var statistics = await kept.GetAsync("register", () => MakeStatistics.MonthlyAsync(read, http.RequestAborted));
        return new RazorComponentResult(typeof(RegisterPage), new { Data = new RegisterModel(statistics, pack, ChinaDay.Today(clock)) });
    }
}

/// <param name="Statistics">Null while nothing is counted.</param>
internal sealed record RegisterModel(StatisticsModel? Statistics, PackInForce Pack, DateOnly Today);

/// <summary>GET /credit/monitoring, open to all: how a release of the pack does. <c>?since=</c> names another release by its first day.</summary>
internal static class ShowMonitoring
{
    public const string Path = "/credit/monitoring";

    public static void Map(IEndpointRouteBuilder endpoints) => endpoints.MapGet(Path, Show).WithName("credit.monitoring").AllowAnonymous();

    private static async Task<IResult> Show(HttpContext http, CreditDb db, ReadStatistics read, CodeLimit limit, KeptFigures kept, string? since)
    {
        if (!limit.Admits(http.Connection.RemoteIpAddress))
        {
            http.Response.Headers.RetryAfter = "60";
            return new PageProblem(Problems.TooManyRequests);
        }

        http.Response.Headers.CacheControl = "no-store";
        DateOnly? day = null;
        if (since is not null)
        {
            if (!DateOnly.TryParseExact(since, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.None, out var parsed))
            {
                return new PageProblem(Problems.BadRequest, "since: a day, yyyy-MM-dd");
            }

            day = parsed;
        }

        var model = day is null
            ? await kept.GetAsync("monitoring", () => MakeMonitoring.OfAsync(db, read, null, http.RequestAborted))
            : await MakeMonitoring.OfAsync(db, read, day, http.RequestAborted);
        return model is null && day is not null
            ? new PageProblem(Problems.NotFound, "There is no release of that day.")
            : new RazorComponentResult(typeof(MonitoringPage), new { Data = model });
    }
}
