using System.Globalization;
using Backbone.Audit.Appending;
using Backbone.Audit.Console;
using Backbone.Audit.Contracts;
using Backbone.Audit.Events;
using Backbone.Audit.Receiving;
using Backbone.Audit.State;
using Backbone.Platform.Web.Components;
using Backbone.Platform.Web.Errors;
using Backbone.Platform.Web.Pages;
using Backbone.Platform.Web.SignIn;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Backbone.Audit.Privacy;

/// <summary>
/// An audit administrator erases what was sealed for a subject: says who, for which case, and that they know what it means, and has proved
/// within minutes who they are. No address holds the subject: the answer leads to the number of the order's record.
/// </summary>
internal static class EraseSubject
{
    public const string Path = ListEvents.Path + "/erase";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(Path, Show).WithName("audit.console.erase").RequireAuthorization(ListEvents.Policy);
        endpoints.MapPost(Path, Erase).WithName("audit.console.erase.order").RequireAuthorization(ListEvents.Policy)
            .RequireFreshProof(Path, "subject", "reference");
    }

    private static async Task<IResult> Show(HttpContext http, AuditDb db, SegmentLog log, FinishErasures finishing, [FromQuery] string? order)
    {
        http.Response.Headers.CacheControl = "no-store";
        var given = OrderOf(log, order);
        var erased = given is { } one && await db.SubjectKeys.AnyAsync(key => key.DestroyedBy == one.Id, http.RequestAborted);
        var typed = FreshProof.Begin(http, Path);
        return new RazorComponentResult(typeof(ErasePage), new
        {
            Order = given?.Index,
            Erased = erased,
            Lingers = finishing.Waits,
            Proved = typed is not null,
            Subject = typed?.GetValueOrDefault("subject"),
            Reference = typed?.GetValueOrDefault("reference"),
        });
    }

    private static async Task<IResult> Erase(
        HttpContext http, Erasure erasure, FinishErasures finishing, IStringLocalizer<AuditTexts> words, TimeProvider clock,
        [FromForm] string? subject, [FromForm] string? reference, [FromForm] string? confirm)
    {
        http.Response.Headers.CacheControl = "no-store";
        var whom = (subject ?? "").Trim();
        var number = (reference ?? "").Trim();
        List<FieldError> errors = [];
        if (whom.Length is 0 or > EventRules.LongestKeyword || whom.Any(char.IsControl))
        {
            errors.Add(new FieldError("subject", words["Erase_SubjectWrong", EventRules.LongestKeyword]));
        }

        if (!ReadingPurpose.IsReference(number))
        {
            errors.Add(new FieldError("reference", number.Length == 0 ? words["Purpose_ReferenceMissing"] : words["Purpose_ReferenceWrong", ReadingPurpose.LongestReference]));
        }

        if (confirm != "yes")
        {
            errors.Add(new FieldError("confirm", words["Erase_ConfirmMissing"]));
        }

        if (errors.Count > 0)
        {
            return new RazorComponentResult(typeof(ErasePage), new { Subject = subject, Reference = reference, Errors = errors, Lingers = finishing.Waits })
            {
                StatusCode = StatusCodes.Status422UnprocessableEntity,
            };
        }

        try
        {
            var done = await erasure.EraseAsync(whom, StaffReading.OfErasure(http.User, number, clock), http.RequestAborted);
            return new SeeOther(string.Create(CultureInfo.InvariantCulture, $"{Path}?order={done.Order}"));
        }
        catch (AuditUnavailableException)
        {
            return Failed("The audit log takes no events, so nothing can be erased.", words["Erase_NotTaken"], words);
        }
        catch (Exception away) when (LogAway.Is(away))
        {
            return Failed("The order stands in the log, but the key is not known to be destroyed: order it again.", words["Erase_NotDestroyed"], words);
        }
    }

    private static PageProblem Failed(string detail, string explanation, IStringLocalizer<AuditTexts> words) => new(Problems.Unavailable, detail)
    {
        Title = words["Erase_FailedTitle"],
        Explanation = explanation,
        Exits = [new(Path, words["Erase_Again"]), new(ListEvents.Path, words["Events_Title"])],
    };

    /// <summary>The order under that number in the log; null when there is none.</summary>
    private static (long Index, Guid Id)? OrderOf(SegmentLog log, string? order) =>
        long.TryParse(order, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            && EventRow.Read(log.Records, [index]).FirstOrDefault()?.Event is { } found
            && found.Module == AuditKinds.Erase.Module && found.Action == AuditKinds.Erase.Action
                ? (index, found.Id.Value)
                : null;
}
