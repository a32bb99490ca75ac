using Backbone.Credit.Cases.Desk;
using Backbone.Credit.Facts.Files;
using Backbone.Credit.Storage;
using Backbone.Platform;
using Backbone.Platform.Web.Components;
using Backbone.Platform.Web.Errors;
using Backbone.Platform.Web.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Backbone.Credit.Facts.Uploads;

/// <summary>The form by which a file of facts is uploaded, and what was uploaded before.</summary>
internal static class ListUploads
{
    public const int PageSize = 25;

    /// <summary>More than a file may have, so that one that is too large is told so by its page.</summary>
    private const long MostForm = FileBounds.MostBytes + (12L << 20);

    private const int MostPages = 200;
    private const int MostShown = 20;

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(UploadSetup.Path, Show).WithName("credit.facts.files").RequireAuthorization(UploadSetup.Policy);
        endpoints.MapPost(UploadSetup.Path, Upload).WithName("credit.facts.files.upload").WithMetadata(new RequestSizeLimitAttribute(MostForm))
            .RequireAuthorization(UploadSetup.Policy);
    }

    private static async Task<IResult> Show(HttpContext http, CreditDb db, TimeProvider clock, int? page, string? done)
    {
        var number = page ?? 1;
        return number is < 1 or > MostPages
            ? new PageProblem(Problems.BadRequest, $"page: 1 to {MostPages}")
            : await PageAsync(http, db, clock, number, done, [], StatusCodes.Status200OK);
    }

    private static async Task<IResult> Upload(HttpContext http, CreditDb db, ReceiveUpload receive, IStringLocalizer<FileTexts> words, TimeProvider clock)
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
        if (form.Files.GetFile("file") is not { Length: > 0 } sent)
        {
            return await PageAsync(http, db, clock, 1, null, [new("file", words["Upload_Choose"])], StatusCodes.Status422UnprocessableEntity);
        }

        if (sent.Length > FileBounds.MostBytes)
        {
            return await PageAsync(http, db, clock, 1, null, [new("file", words["Upload_Whole", ReadFile.TooLarge(sent.Length).Problems[0].Rule.ToString()])], StatusCodes.Status422UnprocessableEntity);
        }

        var bytes = new byte[sent.Length];
        await using (var stream = sent.OpenReadStream())
        {
            await stream.ReadExactlyAsync(bytes, http.RequestAborted);
        }

        return await receive.RunAsync(sent.FileName, bytes, clerk, http.RequestAborted) switch
        {
            UploadOutcome.Previewed(var file) => new SeeOther(UploadSetup.PathOf(file)),
            UploadOutcome.Refused(var problems) => await PageAsync(
                http, db, clock, 1, null, [.. problems.Take(MostShown).Select(problem => new FieldError("file", Sentence(problem, words)))], StatusCodes.Status422UnprocessableEntity),
            UploadOutcome.NoRoom(var why) => await PageAsync(
                http, db, clock, 1, null, [new("file", words["Upload_" + why, ReceiveUpload.MostOfOne])], StatusCodes.Status503ServiceUnavailable),
            _ => throw new InvalidOperationException("An outcome that nobody knows."),
        };
    }

    private static string Sentence(RowProblem problem, IStringLocalizer<FileTexts> words) => problem switch
    {
        { Row: 0 } => words["Upload_Whole", problem.Rule.ToString()],
        { Column: "" } => words["Upload_Row", problem.Row, problem.Rule.ToString()],
        _ => words["Upload_Cell", problem.Row, problem.Column, problem.Rule.ToString()],
    };

    private static async Task<IResult> PageAsync(HttpContext http, CreditDb db, TimeProvider clock, int number, string? done, IReadOnlyList<FieldError> errors, int status)
    {
        var now = clock.GetUtcNow();
        var rows = await db.FactFiles.AsNoTracking().Where(file => file.Origin == FileOrigin.Upload && (file.State != FileState.Previewed || file.Until > now))
            .OrderByDescending(file => file.At).Skip((number - 1) * PageSize).Take(PageSize + 1)
            .Select(file => new ListedFile(file.Id, file.Name, file.At, file.State, file.Rows, file.New, file.Known, file.Bad)).ToListAsync(http.RequestAborted);
        http.Response.Headers.CacheControl = "no-store";
        var model = new UploadsModel([.. rows.Take(PageSize)], number, rows.Count > PageSize && number < MostPages, done, errors);
        return new RazorComponentResult(typeof(UploadsPage), new { Data = model }) { StatusCode = status };
    }
}

internal sealed record ListedFile(Guid Id, string Name, DateTimeOffset At, FileState State, int Rows, int New, int Known, int Bad);

internal sealed record UploadsModel(IReadOnlyList<ListedFile> Files, int Page, bool HasNext, string? Done, IReadOnlyList<FieldError> Errors)
{
    public static string Address(int page) => page == 1 ? UploadSetup.Path : $"{UploadSetup.Path}?page={page}";
}
