using System.Collections.Immutable;
using Backbone.Credit.Facts.Files;
using Backbone.Credit.Facts.Uploads;
using Backbone.Credit.Storage;
using Backbone.Platform.Web.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Credit.Facts.Daily;

/// <summary>How it goes with the folders of agencies, as this host sees them, and which files came from them.</summary>
internal static class ShowDaily
{
    private const int PageSize = 25;
    private const int MostPages = 200;

    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet(DailySetup.Path, Show).WithName("credit.facts.daily").RequireAuthorization(UploadSetup.Policy);

    private static async Task<IResult> Show(HttpContext http, CreditDb db, DailyProgress progress, int? page)
    {
        var number = page ?? 1;
        if (number is < 1 or > MostPages)
        {
            return new PageProblem(Problems.BadRequest, $"page: 1 to {MostPages}");
        }

        var rows = await db.FactFiles.AsNoTracking().Where(file => file.Origin == FileOrigin.Daily).OrderByDescending(file => file.At)
            .Skip((number - 1) * PageSize).Take(PageSize + 1)
            .Select(file => new DailyFile(file.Source, new ListedFile(file.Id, file.Name, file.At, file.State, file.Rows, file.New, file.Known, file.Bad))).ToListAsync(http.RequestAborted);
        http.Response.Headers.CacheControl = "no-store";
        return new RazorComponentResult(typeof(DailyPage), new
        {
            Data = new DailyModel(progress.All, [.. rows.Take(PageSize)], number, rows.Count > PageSize && number < MostPages),
        });
    }
}

internal sealed record DailyFile(string Source, ListedFile File);

internal sealed record DailyModel(ImmutableArray<FolderState> Folders, IReadOnlyList<DailyFile> Files, int Page, bool HasNext)
{
    public static string Address(int page) => page == 1 ? DailySetup.Path : $"{DailySetup.Path}?page={page}";
}
