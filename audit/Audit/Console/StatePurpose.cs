using Backbone.Platform.Web.Components;
using Backbone.Platform.Web.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Localization;

namespace Backbone.Audit.Console;

/// <summary>Asks what records of persons are read for, once per session, and keeps the answer.</summary>
internal static class StatePurpose
{
    public const string Path = ListEvents.Path + "/purpose";

    private static readonly string[] Places = [ListEvents.Path + "/", "/audit/v1/events/", "/audit/tlog/tile/entries/"];

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(Path, Show).WithName("audit.console.purpose").RequireAuthorization(ListEvents.Policy);
        endpoints.MapPost(Path, Keep).WithName("audit.console.purpose.keep").RequireAuthorization(ListEvents.Policy);
        endpoints.MapPost(Path + "/end", End).WithName("audit.console.purpose.end").RequireAuthorization(ListEvents.Policy);
    }

    /// <summary>Sends a reader who has not said why to the question, and from there back.</summary>
    public static IResult Ask(HttpContext http) =>
        new SeeOther(Path + QueryString.Create("return", http.Request.Path + http.Request.QueryString));

    private static RazorComponentResult Show(HttpContext http, ReadingPurposes purposes, [FromQuery(Name = "return")] string? back)
    {
        var purpose = purposes.Of(http);
        return new RazorComponentResult(typeof(PurposePage), new { Return = Local(back), Code = purpose?.Code, Reference = purpose?.Reference });
    }

    private static IResult Keep(
        HttpContext http, ReadingPurposes purposes, IStringLocalizer<AuditTexts> words,
        [FromForm] string? code, [FromForm] string? reference, [FromForm(Name = "return")] string? back)
    {
        var number = (reference ?? "").Trim();
        List<FieldError> errors = [];
        if (code is null || !ReadingPurpose.Codes.Contains(code))
        {
            errors.Add(new FieldError("code", words["Purpose_CodeMissing"]));
        }

        if (!ReadingPurpose.IsReference(number))
        {
            errors.Add(new FieldError("reference", number.Length == 0 ? words["Purpose_ReferenceMissing"] : words["Purpose_ReferenceWrong", ReadingPurpose.LongestReference]));
        }

        if (errors.Count > 0)
        {
            return new RazorComponentResult(typeof(PurposePage), new { Return = Local(back), Code = code, Reference = reference, Errors = errors })
            {
                StatusCode = StatusCodes.Status422UnprocessableEntity,
            };
        }

        purposes.Keep(http, new ReadingPurpose(code!, number));
        return new SeeOther(Local(back));
    }

    private static SeeOther End(HttpContext http, ReadingPurposes purposes)
    {
        purposes.Forget(http);
        return new SeeOther(ListEvents.Path);
    }

    /// <summary>Back to what asked for a purpose, and nowhere else: browsers resolve dots, also those written in percent.</summary>
    private static string Local(string? back)
    {
        var path = back?.Split('?')[0] ?? "";
        return LocalPath.IsLocal(back) && !path.Contains("..", StringComparison.Ordinal) && !path.Contains('%', StringComparison.Ordinal)
            && (path == ListEvents.Path || Places.Any(place => path.StartsWith(place, StringComparison.Ordinal)))
                ? back!
                : ListEvents.Path;
    }
}
