using System.Diagnostics;
using System.Globalization;
using System.Security.Claims;
using Backbone.Audit.Contracts;
using Backbone.Audit.Contracts.Events;
using Backbone.Audit.Events;
using Backbone.Audit.Log.Tiles;
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
    public static AuditEvent OfSearch(ClaimsPrincipal staff, EventQuery query, FoundEvents found, TimeProvider clock)
    {
        var entered = query.Entered.Select(entry => $"{entry.Key}:{(entry.Key == "text" ? $"({entry.Value.Length} characters)" : entry.Value)}");
        return Of(AuditKinds.Search, staff, clock)
            .With("resource.query", string.Join(' ', entered))
            .With("resource.from", found.ScannedFrom)
            .With("resource.to", found.ScannedEnd)
            .With("resource.count", found.Rows.Count);
    }

    public static AuditEvent OfView(ClaimsPrincipal staff, EventRow row, TimeProvider clock) =>
        Of(AuditKinds.View, staff, clock).With("resource.id", Number(row.Index)) with { Target = row.Event?.Subject };

    /// <summary>A bundle of whole events was fetched, by staff or by a program.</summary>
    public static AuditEvent OfEntries(ClaimsPrincipal reader, BundleId bundle, TimeProvider clock) =>
        Of(AuditKinds.Entries, reader, clock)
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

    private static AuditEvent Of(EventKind kind, ClaimsPrincipal staff, TimeProvider clock)
    {
        if (CallingProgram.Of(staff) is { } program)
        {
            return (kind.Occurred(clock) with { ClientId = program.ClientId, TraceId = Activity.Current?.TraceId.ToHexString() })
                .With("resource.type", "audit-log");
        }

        var subject = staff.FindFirst("sub")?.Value;
        var reading = kind.Occurred(clock) with
        {
            ClientId = "console",
            Subject = Guid.TryParseExact(subject, "D", out var id) ? new SubjectId(id) : null,
            Session = Guid.TryParseExact(staff.FindFirst("sid")?.Value, "D", out var session) ? new SessionId(session) : null,
            TraceId = Activity.Current?.TraceId.ToHexString(),
        };
        reading = reading.With("resource.type", "audit-log");
        return reading.Subject is null && subject is not null ? reading.With("auth.subject", subject) : reading;
    }

    private static string Number(long value)
    {
        return value.ToString(CultureInfo.InvariantCulture);
    }
}
