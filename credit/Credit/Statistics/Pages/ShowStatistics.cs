using System.Globalization;
using System.Text;
using Backbone.Credit.Packs.Desk;
using Backbone.Credit.Profiles;
using Backbone.Platform.Web.Console;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Backbone.Credit.Statistics.Pages;

/// <summary>GET /console/credit/statistics, for those who decide: grades by region, kind and time, what was recorded, objections and repairs; each table as CSV.</summary>
internal static class ShowStatistics
{
    public const string Path = Cases.CasePaths.Desk + "/statistics";

    /// <summary>Where the tables' files are.</summary>
    public const string Csv = Path + "/";

    /// <summary>In the place of a number that is hidden.</summary>
    private const string Hidden = "*";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(Path, Show).WithName("credit.desk.statistics").RequireAuthorization(ConsolePolicies.Credit);
        endpoints.MapGet(Csv + "{table}.csv", Download).WithName("credit.desk.statistics.csv").RequireAuthorization(ConsolePolicies.Credit);
    }

    private static async Task<IResult> Show(HttpContext http, ReadStatistics read)
    {
        http.Response.Headers.CacheControl = "no-store";
        return new RazorComponentResult(typeof(StatisticsPage), new { Data = await MakeStatistics.NewestAsync(read, http.RequestAborted) });
    }

    private static async Task<IResult> Download(HttpContext http, string table, ReadStatistics read, StatisticWords words)
    {
        http.Response.Headers.CacheControl = "no-store";
        if (await MakeStatistics.NewestAsync(read, http.RequestAborted) is not { } model)
        {
            return TypedResults.NotFound();
        }

        var found = table switch
        {
            "regions" => model.Regions,
            "kinds" => model.Kinds,
            "sections" => model.Groups.Sections,
            "sizes" => model.Groups.Sizes,
            "ages" => model.Groups.Ages,
            "history" => model.History,
            "changes" => model.Changes,
            "facts" => model.Facts,
            _ => null,
        };
        string Name(string group) => table switch
        {
            "regions" => PackProse.Region(group),
            "kinds" => words.Kind(group),
            "sections" => ProfileGroups.Section(group),
            "sizes" => ProfileGroups.Size(group),
            "ages" => ProfileGroups.Age(group),
            "facts" => words.FactType(group),
            _ => group,
        };
        string Column(string column) => table == "facts" ? words.Class(column) : column;
        return found is null
            ? TypedResults.NotFound()
            : TypedResults.File(
                [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(Text(found, Name, Column, words["All"]))],
                "text/csv; charset=utf-8",
                string.Create(CultureInfo.InvariantCulture, $"credit-{table}-{model.Day:yyyy-MM-dd}.csv"));
    }

    private static string Text(PublishedTable table, Func<string, string> name, Func<string, string> column, string all)
    {
        var lines = new StringBuilder();
        lines.AppendJoin(',', (string[])["", "", .. table.Columns.Select(one => Quoted(column(one))), Quoted(all)]).Append("\r\n");
        foreach (var row in table.Rows)
        {
            lines.AppendJoin(',', (string[])[Quoted(row.Group), Quoted(name(row.Group)), .. row.Counts.Append(row.All).Select(Shown)]).Append("\r\n");
        }

        return lines.ToString();
    }

    private static string Shown(long? count) => count?.ToString(CultureInfo.InvariantCulture) ?? Hidden;

    private static string Quoted(string text) => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
