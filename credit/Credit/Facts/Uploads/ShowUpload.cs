using System.Globalization;
using System.Text;
using Backbone.Credit.Cases;
using Backbone.Credit.Cases.Desk;
using Backbone.Credit.Facts.Files;
using Backbone.Credit.Storage;
using Backbone.Platform.Web.Errors;
using Backbone.Platform.Web.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Backbone.Credit.Facts.Uploads;

/// <summary>The preview of one file, and what became of it; every problem and every row for download.</summary>
internal static class ShowUpload
{
    public const int PageSize = 50;

    /// <summary>Parts of the picture: no more than a phone has room for.</summary>
    private const int MostParts = 60;

    private const int MostPages = 1_000_000;

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(UploadSetup.Path + "/{id}", Show).WithName("credit.facts.file").RequireAuthorization(UploadSetup.Policy);
        endpoints.MapPost(UploadSetup.Path + "/{id}", Act).WithName("credit.facts.file.act").RequireAuthorization(UploadSetup.Policy);
        endpoints.MapGet(UploadSetup.Path + "/{id}/problems.csv", ProblemsOf).WithName("credit.facts.file.problems").RequireAuthorization(UploadSetup.Policy);
        endpoints.MapGet(UploadSetup.Path + "/{id}/rows.csv", RowsOf).WithName("credit.facts.file.rows").RequireAuthorization(UploadSetup.Policy);
    }

    private static async Task<IResult> Show(HttpContext http, CaseId id, CreditDb db, TimeProvider clock, int? page, string? done)
    {
        if (Officer.Of(http.User) is not { } clerk)
        {
            return new PageProblem(Problems.Forbidden, "The sign-in names no person of this system.");
        }

        var number = page ?? 1;
        if (number is < 1 or > MostPages)
        {
            return new PageProblem(Problems.BadRequest, $"page: 1 to {MostPages}");
        }

        if (await FindAsync(db, id, clock, http.RequestAborted) is not { } file)
        {
            return new PageProblem(Problems.NotFound);
        }

        var problems = file.ProblemRows is { } packed ? RowProblems.Read(packed).Skip((number - 1) * PageSize).Take(PageSize).ToList() : [];
        var parts = file.States is { } states ? RowStates.Read(states).Parts(MostParts) : [];
        http.Response.Headers.CacheControl = "no-store";
        return new RazorComponentResult(typeof(UploadPage), new { Data = new UploadModel(file, clerk, problems, parts, number, done) });
    }

    private static async Task<IResult> Act(HttpContext http, CaseId id, StoreUpload store, IStringLocalizer<FileTexts> words)
    {
        if (Officer.Of(http.User) is not { } clerk)
        {
            return new PageProblem(Problems.Forbidden, "The sign-in names no person of this system.");
        }

        if (!http.Request.HasFormContentType)
        {
            return new PageProblem(Problems.UnsupportedMediaType);
        }

        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var (act, seen) = (form["act"].ToString(), form["digest"].ToString());
        if (act is not ("store" or "discard"))
        {
            return new PageProblem(Problems.BadRequest, "act: store or discard");
        }

        try
        {
            var outcome = act == "store"
                ? await store.StoreAsync(id.Value, seen, clerk, http.RequestAborted)
                : await store.DiscardAsync(id.Value, seen, clerk, http.RequestAborted);
            return (outcome, act) switch
            {
                (StoreOutcome.Done, "store") => new SeeOther(UploadSetup.PathOf(id.Value) + "?done=store"),
                (StoreOutcome.Done, _) => new SeeOther(UploadSetup.Path + "?done=discard"),
                (StoreOutcome.SamePerson, _) => new PageProblem(Problems.Forbidden, "Who uploaded a file that corrects or withdraws facts does not store it.")
                {
                    Title = words["Same_Title"],
                    Explanation = words["Same_Text"],
                    Exits = [new(UploadSetup.PathOf(id.Value), words["Same_Back"])],
                },
                _ => new SeeOther(UploadSetup.Path + "?done=changed"),
            };
        }
        catch (Exception away) when (StoreAway.Is(away))
        {
            return new PageProblem(Problems.Unavailable, "The store takes no facts at the moment. Store the file again: what is there already is there once.");
        }
    }

    private static async Task<IResult> ProblemsOf(HttpContext http, CaseId id, CreditDb db, IStringLocalizer<FileTexts> words, TimeProvider clock) =>
        await FindAsync(db, id, clock, http.RequestAborted) is { ProblemRows: { } packed } file
            ? new CsvAnswer(
                $"{file.Id:N}-problems.csv",
                [words["Problem_Row"], words["Problem_Column"], words["Problem_Rule"], words["Problem_Value"]],
                RowProblems.Read(packed).Select(one => (IEnumerable<string>)[Number(one.Row), one.Column, one.Rule.ToString(), one.Value]))
            : new PageProblem(Problems.NotFound);

    private static async Task<IResult> RowsOf(HttpContext http, CaseId id, CreditDb db, IStringLocalizer<FileTexts> words, TimeProvider clock)
    {
        if (await FindAsync(db, id, clock, http.RequestAborted) is not { States: { } packed } file)
        {
            return new PageProblem(Problems.NotFound);
        }

        var states = RowStates.Read(packed);
        var when = file.State == FileState.Stored ? "Stored" : "Preview";
        var said = Enum.GetValues<RowState>().Where(state => state != RowState.Blank).ToDictionary(state => state, state => words[$"{when}_{state}"].Value);
        return new CsvAnswer(
            $"{file.Id:N}-rows.csv",
            [words["Problem_Row"], words["Row_State"]],
            Enumerable.Range(RowStates.FirstRow, states.Count).Where(row => states[row] != RowState.Blank).Select(row => (IEnumerable<string>)[Number(row), said[states[row]]]));
    }

    private static string Number(int row) => row.ToString(CultureInfo.InvariantCulture);

    private static async Task<FactFile?> FindAsync(CreditDb db, CaseId id, TimeProvider clock, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        return await db.FactFiles.AsNoTracking().SingleOrDefaultAsync(file => file.Id == id.Value && (file.Until == null || file.Until > now), cancellation);
    }
}

/// <summary>Rows for a spreadsheet, written as they are read.</summary>
internal sealed class CsvAnswer(string name, IReadOnlyList<string> head, IEnumerable<IEnumerable<string>> rows) : IResult
{
    private const int AtOnce = 500;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.ContentType = SpreadsheetText.ContentType;
        response.Headers.CacheControl = "no-store";
        response.Headers.ContentDisposition = $"attachment; filename=\"{name}\"";
        await response.Body.WriteAsync(Encoding.UTF8.GetBytes(SpreadsheetText.Mark + SpreadsheetText.Line(head)), httpContext.RequestAborted);
        foreach (var some in rows.Chunk(AtOnce))
        {
            await response.Body.WriteAsync(Encoding.UTF8.GetBytes(string.Concat(some.Select(row => SpreadsheetText.Line(row)))), httpContext.RequestAborted);
        }
    }
}

/// <param name="Shown">Problems of this page of them.</param>
/// <param name="Parts">All rows, for the picture.</param>
internal sealed record UploadModel(FactFile File, CaseActor Clerk, IReadOnlyList<RowProblem> Shown, IReadOnlyList<RowPart> Parts, int Page, string? Done)
{
    public bool IsOpen => File is { State: FileState.Previewed };

    public bool HasNext => (long)Page * ShowUpload.PageSize < File.Problems;

    public string Address(int page) => page == 1 ? UploadSetup.PathOf(File.Id) : $"{UploadSetup.PathOf(File.Id)}?page={page}";
}
