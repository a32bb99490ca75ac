using System.Collections.Immutable;
using System.Globalization;
using Backbone.Credit.Cases.Desk;
using Backbone.Credit.Facts;
using Backbone.Credit.Packs.Keeping;
using Backbone.Platform.Web.Components;
using Backbone.Platform.Web.Errors;
using Backbone.Platform.Web.Pages;
using Backbone.Platform.Yaml;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Localization;

namespace Backbone.Credit.Packs.Desk;

/// <summary>/console/credit/packs/new: hands a pack in, or shows everything that is wrong with it, with its places.</summary>
internal static class HandInPack
{
    private const int MostFormBytes = 4 * YamlSource.LargestFile;

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(PackPaths.New, Show).WithName("credit.packs.new").RequireAuthorization(ListPacks.Policy);
        endpoints.MapPost(PackPaths.New, HandIn).WithName("credit.packs.submit").WithMetadata(new RequestSizeLimitAttribute(MostFormBytes)).RequireAuthorization(ListPacks.Policy);
    }

    private static RazorComponentResult Show(TimeProvider clock) => Page(new HandInModel(Written(ChinaDay.Today(clock)), "", [], []), StatusCodes.Status200OK);

    private static async Task<IResult> HandIn(HttpContext http, SubmitPack submit, IStringLocalizer<PackTexts> words)
    {
        if (Officer.Of(http.User) is not { } person)
        {
            return new PageProblem(Problems.Forbidden, "The sign-in names no person of this system.");
        }

        if (!http.Request.HasFormContentType)
        {
            return new PageProblem(Problems.UnsupportedMediaType);
        }

        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var (from, reason) = (form["from"].ToString().Trim(), form["reason"].ToString().ReplaceLineEndings("\n").Trim());
        List<FieldError> errors = [];
        var file = form.Files.GetFile("file");
        if (file is null or { Length: 0 } or { Length: > YamlSource.LargestFile })
        {
            errors.Add(new("file", words["File_Size", YamlSource.LargestFile >> 10]));
        }

        if (!DateOnly.TryParseExact(from, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            errors.Add(new("from", words["From_Form"]));
        }

        if (FaultOf(reason, words) is { } fault)
        {
            errors.Add(new("reason", fault));
        }

        ImmutableArray<PackFault> faults = [];
        if (errors.Count == 0)
        {
            using var bytes = new MemoryStream();
            await file!.CopyToAsync(bytes, http.RequestAborted);
            switch (await submit.RunAsync(new(NameOf(file.FileName), bytes.ToArray(), day, reason), person, http.RequestAborted))
            {
                case SubmitOutcome.Submitted(var row):
                    return new SeeOther(PackPaths.Of(row.Id) + "?done=submitted");
                case SubmitOutcome.Known(var known):
                    errors.Add(new("file", words["File_Known", known.Pack, known.Version]));
                    break;
                case SubmitOutcome.Faulty(var found):
                    faults = found;
                    errors.Add(new("file", words["File_Faulty", found.Length]));
                    break;
                default:
                    break;
            }
        }

        return Page(new HandInModel(from, reason, errors, faults), StatusCodes.Status422UnprocessableEntity);
    }

    /// <summary>What is wrong with a reason that somebody typed; null when it may stand.</summary>
    public static string? FaultOf(string reason, IStringLocalizer<PackTexts> words) =>
        reason.Length is 0 or > KeptPack.LongestReason ? words["Reason_Length", KeptPack.LongestReason, reason.Length].Value
        : PersonsNumber.IsIn(reason) || reason.Any(character => char.IsControl(character) && character != '\n') ? words["Reason_Person"].Value
        : null;

    /// <summary>The last part, as far as it is plain: it stands in findings.</summary>
    private static string NameOf(string sent) =>
        Path.GetFileName(sent) is { Length: > 0 and <= 64 } name && name.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '-' or '_') ? name : "pack.yml";

    private static string Written(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static RazorComponentResult Page(HandInModel model, int status) => new(typeof(HandInPage), new { Data = model }) { StatusCode = status };
}

internal sealed record HandInModel(string From, string Reason, IReadOnlyList<FieldError> Errors, ImmutableArray<PackFault> Faults)
{
    public string? ErrorOf(string field) => Errors.FirstOrDefault(error => error.FieldId == field)?.Message;
}
