using System.Diagnostics;
using System.Globalization;
using System.Security.Claims;
using Backbone.Audit.Contracts;
using Backbone.Audit.Contracts.Events;
using Backbone.Audit.Contracts.Fields;
using Backbone.Audit.Events;
using Backbone.Audit.Log.Tiles;
using Backbone.Audit.State;
using Backbone.Platform;
using Backbone.Platform.Web.Errors;
using Backbone.Platform.Web.Programs;
using Microsoft.AspNetCore.Http;

namespace Backbone.Audit.Console;

/// <summary>
/// Reading the log is itself recorded (GB/T 22239-2019 8.1.5.2), before the answer: who could read without a trace could also pick whom
/// to read about. Free text may hold a name, so only its length is kept.
/// </summary>
internal static class StaffReading
{
    private const int LongestQuery = 1_000;

    /// <summary>Whom an event is about: whom it was done to before who did it.</summary>
    private static readonly string[] PersonFields = ["user.target.id", "subject.id", "user.id"];

    public static AuditEvent OfSearch(ClaimsPrincipal staff, SearchView view, IReadOnlyList<EventRow> rows, ReadingPurpose? purpose, TimeProvider clock) =>
        OfRows(AuditKinds.Search, staff, view, rows, purpose, clock);

    /// <summary>Some rows of a live view: each time it shows any.</summary>
    public static AuditEvent OfFollowed(ClaimsPrincipal staff, SearchView view, IReadOnlyList<EventRow> rows, ReadingPurpose? purpose, TimeProvider clock) =>
        OfRows(AuditKinds.Follow, staff, view, rows, purpose, clock);

    public static AuditEvent OfView(ClaimsPrincipal staff, EventRow row, ReadingPurpose? purpose, TimeProvider clock) =>
        About(row, Of(AuditKinds.View, staff, purpose, clock).With("resource.id", Number(row.Index)));

    /// <summary>A file of these events: with the query, whoever doubts it finds again what left.</summary>
    public static AuditEvent OfExport(
        ClaimsPrincipal staff, SearchView view, string format, IReadOnlyList<long> indexes, ReadingPurpose purpose, TimeProvider clock) =>
        Counted(Of(AuditKinds.Export, staff, purpose, clock).With("resource.query", Described(view)).With("resource.name", format), indexes);

    public static AuditEvent OfSaved(ClaimsPrincipal staff, Guid search, ReadingPurpose? purpose, TimeProvider clock) =>
        Of(AuditKinds.SaveSearch, staff, purpose, clock).With("resource.id", search.ToString("D")).With("resource.type", "saved-search");

    /// <summary>A step of holding an entry back; a reason means it was refused.</summary>
    public static AuditEvent OfHeld(EventKind kind, ClaimsPrincipal staff, HeldDisclosure held, TimeProvider clock, string? reason = null) =>
        Of(kind, staff, null, clock, reason)
            .With("resource.id", held.EventId.ToString("D"))
            .With("resource.name", held.Until is { } until ? $"until {until.UtcDateTime:O}" : "without end")
            .With("purpose.legal_basis", held.LegalBasis);

    /// <summary>The order to erase what was sealed for a subject.</summary>
    public static AuditEvent OfErasure(ClaimsPrincipal staff, string reference, TimeProvider clock) =>
        Of(AuditKinds.Erase, staff, null, clock).With("purpose.reference", reference);

    /// <summary>A bundle of whole events was fetched, by staff or by a program.</summary>
    public static AuditEvent OfEntries(ClaimsPrincipal reader, BundleId bundle, ReadingPurpose? purpose, TimeProvider clock) =>
        Of(AuditKinds.Entries, reader, purpose, clock)
            .With("resource.from", bundle.FirstLeaf)
            .With("resource.to", bundle.FirstLeaf + bundle.Width)
            .With("resource.count", bundle.Width);

    /// <summary>Records the reading and only then answers; what cannot be recorded is not shown.</summary>
    public static async Task<IResult> AnswerAsync(HttpContext http, IAuditTrail trail, AuditEvent reading, IResult answer)
    {
        try
        {
            await trail.AppendAsync(reading, http.RequestAborted);
        }
        catch (AuditUnavailableException)
        {
            return new PageProblem(Problems.Unavailable, "The audit log takes no events, so it cannot be read either.");
        }

        http.Response.Headers.CacheControl = "no-store";
        return answer;
    }

    /// <summary>Commits what was changed with the event that tells of it, and only then answers.</summary>
    public static async Task<IResult> ChangeAsync(HttpContext http, Outbox outbox, AuditEvent told, IResult answer)
    {
        try
        {
            await outbox.SaveAsync(told, http.RequestAborted);
        }
        catch (AuditUnavailableException)
        {
            return new PageProblem(Problems.Unavailable, "The audit log takes no events, so nothing can be changed.");
        }

        http.Response.Headers.CacheControl = "no-store";
        return answer;
    }

    /// <summary>True when the event holds anything that says, or leads to, who somebody is, the reader's own subject and session excepted.</summary>
    public static bool IsPersonal(ClaimsPrincipal staff, EventRow row)
    {
        string?[] own = [staff.FindFirst("sub")?.Value, staff.FindFirst("sid")?.Value];
        return row.Event is null
            || row.Fields().Any(field => PersonalSearch.IsPersonal(EventFields.Find(field.Field)!) && field.Values.Any(value => !own.Contains(value)));
    }

    private static AuditEvent OfRows(
        EventKind kind, ClaimsPrincipal staff, SearchView view, IReadOnlyList<EventRow> rows, ReadingPurpose? purpose, TimeProvider clock) =>
        Counted(Of(kind, staff, purpose, clock).With("resource.query", Described(view)), [.. rows.Select(row => row.Index)]);

    private static AuditEvent Counted(AuditEvent reading, IReadOnlyList<long> indexes)
    {
        reading = reading.With("resource.count", indexes.Count);
        return indexes.Count == 0 ? reading : reading.With("resource.from", indexes.Min()).With("resource.to", indexes.Max() + 1);
    }

    /// <summary>
    /// Whom the record is about, so that they can be told who looked. The event of a reading has room for two; of three different persons
    /// who acted is left out.
    /// </summary>
    private static AuditEvent About(EventRow row, AuditEvent reading)
    {
        string[] persons = [.. PersonFields.SelectMany(row.Values).Distinct(StringComparer.Ordinal).Take(2)];
        var target = persons.FirstOrDefault(person => Guid.TryParseExact(person, "D", out _));
        reading = target is null ? reading : reading with { Target = new SubjectId(Guid.ParseExact(target, "D")) };
        return persons.FirstOrDefault(person => person != target) is { } other ? reading.With("subject.id", other) : reading;
    }

    private static string Described(SearchView view)
    {
        var times = view.Entered.Where(entry => entry.Key is "last" or "from" or "to").Select(entry => $"{entry.Key}={entry.Value}");
        var text = string.Join(' ', times.Prepend(QueryText.Described(view.Node!)));
        return text.Length <= LongestQuery ? text : text[..LongestQuery] + "…";
    }

    private static AuditEvent Of(EventKind kind, ClaimsPrincipal staff, ReadingPurpose? purpose, TimeProvider clock, string? reason = null)
    {
        if (CallingProgram.Of(staff) is { } program)
        {
            return (kind.Occurred(clock) with { ClientId = program.ClientId, TraceId = Activity.Current?.TraceId.ToHexString() })
                .With("resource.type", "audit-log");
        }

        var subject = staff.FindFirst("sub")?.Value;
        var reading = kind.Occurred(clock, reason) with
        {
            ClientId = "console",
            Subject = Guid.TryParseExact(subject, "D", out var id) ? new SubjectId(id) : null,
            Session = Guid.TryParseExact(staff.FindFirst("sid")?.Value, "D", out var session) ? new SessionId(session) : null,
            TraceId = Activity.Current?.TraceId.ToHexString(),
        };
        reading = reading.With("resource.type", "audit-log");
        if (purpose is not null)
        {
            reading = reading.With("purpose.code", purpose.Code).With("purpose.reference", purpose.Reference);
        }

        return reading.Subject is null && subject is not null ? reading.With("auth.subject", subject) : reading;
    }

    private static string Number(long value)
    {
        return value.ToString(CultureInfo.InvariantCulture);
    }
}
