using System.Globalization;
using System.Security.Claims;
using Backbone.Audit.Appending;
using Backbone.Audit.Console;
using Backbone.Audit.Contracts;
using Backbone.Audit.Contracts.Events;
using Backbone.Audit.Events;
using Backbone.Audit.Privacy;
using Backbone.Audit.State;
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

namespace Backbone.Audit.Disclosure;

/// <summary>
/// Audit administrators hold an entry of "who looked at my data" back for a time: one asks with a legal basis, another agrees, anyone of
/// them releases. Each step commits with its event. Without the second person's word nothing is held.
/// </summary>
internal static class HoldEntries
{
    public const string Path = ListEvents.Path + "/held";

    public const int LongestBasis = 400;

    /// <summary>The longest that an entry is held back by one decision.</summary>
    public const int MostDays = 365;

    /// <summary>Asked for or standing at one time; what is more is old enough to be decided first.</summary>
    public const int Most = 1_000;

    private const string DateFormat = "yyyy-MM-dd";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(Path, Show).WithName("audit.console.held").RequireAuthorization(ListEvents.Policy);
        endpoints.MapPost(Path, Ask).WithName("audit.console.held.ask").RequireAuthorization(ListEvents.Policy);
        endpoints.MapPost(Path + "/agree", Agree).WithName("audit.console.held.agree").RequireAuthorization(ListEvents.Policy);
        endpoints.MapPost(Path + "/release", Release).WithName("audit.console.held.release").RequireAuthorization(ListEvents.Policy);
    }

    private static async Task<IResult> Show(HttpContext http, AuditDb db, TimeProvider clock)
    {
        http.Response.Headers.CacheControl = "no-store";
        return new RazorComponentResult(typeof(HeldPage), new { Held = await OpenAsync(http, db, clock) });
    }

    private static async Task<IResult> Ask(
        HttpContext http, AuditDb db, Outbox outbox, SegmentLog log, IStringLocalizer<AuditTexts> words, ICommitments commitments, TimeProvider clock,
        [FromForm] string? number, [FromForm] string? basis, [FromForm] string? until)
    {
        if (StaffOf(http.User) is not { } staff)
        {
            return NobodyKnown();
        }

        var now = clock.GetUtcNow();
        var clause = (basis ?? "").Trim();
        var end = EndOf(until);
        List<FieldError> errors = [];
        if (Entry(log, number) is not { } eventId)
        {
            errors.Add(new FieldError("number", words["Held_NumberWrong"]));
            eventId = default;
        }

        // A clause names nobody: what looks like an id, a number or an address of a person does not come into the log in clear.
        if (clause.Length is 0 or > LongestBasis || clause.Any(char.IsControl) || PersonalText.Scrub(clause, free: true, commitments) != clause)
        {
            errors.Add(new FieldError("basis", words["Held_BasisWrong", LongestBasis]));
        }

        if (end is null || end <= now || end > now.AddDays(MostDays))
        {
            errors.Add(new FieldError("until", words["Held_UntilWrong", MostDays]));
        }

        var open = await OpenAsync(http, db, clock);
        if (errors.Count > 0)
        {
            return new RazorComponentResult(typeof(HeldPage), new { Held = open, Number = number, Basis = basis, Until = until, Errors = errors })
            {
                StatusCode = StatusCodes.Status422UnprocessableEntity,
            };
        }

        if (open.Count >= Most)
        {
            return new PageProblem(Problems.BadRequest, $"held entries: at most {Most} at one time");
        }

        var held = new HeldDisclosure
        {
            Id = Guid.CreateVersion7(now),
            EventId = eventId,
            LegalBasis = clause,
            Until = end,
            RequestedBy = staff,
            RequestedAt = now,
        };
        db.HeldDisclosures.Add(held);
        return await StepAsync(http, outbox, AuditKinds.HoldAsk, held, clock);
    }

    private static async Task<IResult> Agree(HttpContext http, AuditDb db, Outbox outbox, SegmentLog log, TimeProvider clock, [FromForm] Guid id)
    {
        if (StaffOf(http.User) is not { } staff)
        {
            return NobodyKnown();
        }

        var now = clock.GetUtcNow();
        var held = await db.HeldDisclosures.SingleOrDefaultAsync(
            one => one.Id == id && one.LiftedAt == null && one.ApprovedBy == null && one.Until > now, http.RequestAborted);
        if (held is null)
        {
            return new SeeOther(Path);
        }

        if (held.RequestedBy == staff)
        {
            var refused = StaffReading.OfHeld(AuditKinds.HoldAgree, http.User, held, clock, "same_person");
            return await StaffReading.AnswerAsync(http, log, refused, new PageProblem(Problems.Forbidden, "Who asked for it does not agree to it."));
        }

        held.ApprovedBy = staff;
        return await StepAsync(http, outbox, AuditKinds.HoldAgree, held, clock);
    }

    private static async Task<IResult> Release(HttpContext http, AuditDb db, Outbox outbox, TimeProvider clock, [FromForm] Guid id)
    {
        var held = await db.HeldDisclosures.SingleOrDefaultAsync(one => one.Id == id && one.LiftedAt == null, http.RequestAborted);
        if (held is null)
        {
            return new SeeOther(Path);
        }

        held.LiftedAt = clock.GetUtcNow();
        return await StepAsync(http, outbox, AuditKinds.HoldRelease, held, clock);
    }

    private static async Task<IResult> StepAsync(HttpContext http, Outbox outbox, EventKind kind, HeldDisclosure held, TimeProvider clock)
    {
        try
        {
            return await StaffReading.ChangeAsync(http, outbox, StaffReading.OfHeld(kind, http.User, held, clock), new SeeOther(Path));
        }
        catch (DbUpdateConcurrencyException)
        {
            // Another request took a step first: nothing was done here, and the page shows what was done there.
            return new SeeOther(Path);
        }
    }

    private static async Task<List<HeldEntry>> OpenAsync(HttpContext http, AuditDb db, TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        var staff = StaffOf(http.User);
        var rows = await db.HeldDisclosures.AsNoTracking()
            .Where(held => held.LiftedAt == null && (held.Until == null || held.Until > now))
            .OrderByDescending(held => held.RequestedAt).Take(Most).ToListAsync(http.RequestAborted);
        return [.. rows.Select(row => new HeldEntry(
            row.Id, row.EventId, row.LegalBasis, row.Until, row.ApprovedBy is not null, staff is not null && staff != row.RequestedBy))];
    }

    /// <summary>The event's id when it is one that somebody would be told of.</summary>
    private static Guid? Entry(SegmentLog log, string? number) =>
        long.TryParse(number?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            && EventRow.Read(log.Records, [index]).FirstOrDefault() is { } row && Look.IsAny(row)
            && row.Values("event.id") is [{ } text] && Guid.TryParseExact(text, "D", out var id)
                ? id
                : null;

    /// <summary>The end of that day in China.</summary>
    private static DateTimeOffset? EndOf(string? day) =>
        DateTime.TryParseExact(day?.Trim(), DateFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) && date.Year is >= 1970 and <= 9998
            ? new DateTimeOffset(date, ChinaTime.Offset).AddDays(1).ToUniversalTime()
            : null;

    /// <summary>The day as it was asked for: the last one that it is held back.</summary>
    public static string LastDay(DateTimeOffset until) =>
        until.AddTicks(-1).ToOffset(ChinaTime.Offset).ToString(DateFormat, CultureInfo.InvariantCulture);

    private static Guid? StaffOf(ClaimsPrincipal staff) => Guid.TryParseExact(staff.FindFirst("sub")?.Value, "D", out var id) ? id : null;

    /// <summary>Two persons that cannot be told apart may be one.</summary>
    private static PageProblem NobodyKnown() => new(Problems.Forbidden, "The sign-in names no person of this system.");
}

// Public only because generated page classes are, and their parameters must be as visible as they.

/// <param name="EventId">Which entry.</param>
/// <param name="Agreed">A second administrator has agreed: it is held back.</param>
/// <param name="MayAgree">The reader is not who asked.</param>
public sealed record HeldEntry(Guid Id, Guid EventId, string LegalBasis, DateTimeOffset? Until, bool Agreed, bool MayAgree);
