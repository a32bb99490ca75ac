using System.Diagnostics;
using System.Globalization;
using System.Security.Claims;
using Backbone.Audit.Contracts;
using Backbone.Platform;
using Backbone.Platform.Web.Errors;
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
        var reading = New("audit-search", staff, clock);
        var details = reading.Details.ToBuilder();
        foreach (var (name, value) in query.Entered)
        {
            details[$"resource.filter.{name}"] = name == "text" ? $"{value.Length} characters" : value;
        }

        details["resource.scanned.from"] = Number(found.ScannedFrom);
        details["resource.scanned.end"] = Number(found.ScannedEnd);
        details["resource.results"] = Number(found.Rows.Count);
        return reading with { Details = details.ToImmutable() };
    }

    public static AuditEvent OfView(ClaimsPrincipal staff, EventRow row, TimeProvider clock)
    {
        var reading = New("audit-view", staff, clock);
        return reading with { Target = row.Event?.Subject, Details = reading.Details.Add("resource.index", Number(row.Index)) };
    }

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

    private static AuditEvent New(string action, ClaimsPrincipal staff, TimeProvider clock)
    {
        var subject = staff.FindFirst("sub")?.Value;
        var reading = new AuditEvent
        {
            Id = EventId.New(clock),
            Timestamp = clock.GetUtcNow(),
            Action = action,
            Category = [EcsCategory.Database],
            Type = [EcsType.Access],
            Outcome = AuditOutcome.Success,
            Module = "audit",
            ClientId = "console",
            Subject = Guid.TryParseExact(subject, "D", out var id) ? new SubjectId(id) : null,
            Session = Guid.TryParseExact(staff.FindFirst("sid")?.Value, "D", out var session) ? new SessionId(session) : null,
            TraceId = Activity.Current?.TraceId.ToHexString(),
        };
        var details = reading.Details.Add("resource.type", "audit-log");
        return reading with { Details = reading.Subject is null && subject is not null ? details.Add("auth.subject", subject) : details };
    }

    private static string Number(long value)
    {
        return value.ToString(CultureInfo.InvariantCulture);
    }
}
