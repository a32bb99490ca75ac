using System.Diagnostics;
using System.Security.Claims;
using System.Text.Json.Serialization;
using Backbone.Audit.Console;
using Backbone.Audit.Contracts;
using Backbone.Audit.Events;
using Backbone.Audit.Receiving;
using Backbone.Audit.Searching;
using Backbone.Platform;
using Backbone.Platform.Web.Errors;
using Backbone.Platform.Web.Programs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Backbone.Audit.Disclosure;

/// <summary>
/// "Who looked at my data" for programs, a citizens' portal above all: the contract of Estonia's data tracker (DUMonitor 2.1.0, three
/// operations). A program with the scope may ask about anybody, so each answer is an event of its own, on disk before it leaves. The other
/// two operations say nothing about anybody and leave none.
/// </summary>
internal static class ServeUsage
{
    public const string Prefix = "/audit/v2";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup(Prefix).RequireAuthorization(AuditPrograms.Usage);
        group.MapGet("findUsage", Find).WithName("audit.usage.find");
        group.MapGet("usagePeriod", Period).WithName("audit.usage.period");
        group.MapGet("heartbeat", Heartbeat).WithName("audit.usage.heartbeat");
    }

    private static async Task<IResult> Find(HttpContext http, FindUsage find, IAuditTrail trail, ICommitments commitments, TimeProvider clock)
    {
        var (question, fault) = UsageQuestion.Read(http.Request);
        if (question is null)
        {
            return new PageProblem(Problems.Of(StatusCodes.Status400BadRequest), fault);
        }

        UsagePage page;
        try
        {
            page = await find.RunAsync(question.Subject, question.From, question.To, question.Offset, question.Limit, http.RequestAborted);
        }
        catch (IndexUnavailableException)
        {
            return Away(http);
        }

        var answer = new UsageAnswer(page.Total, [.. page.Usages.Select(usage => new UsageEntry(usage))]);
        return await StaffReading.AnswerAsync(
            http, trail, Asked(http.User, question, page, commitments, clock), Results.Json(answer, UsageJson.Default.UsageAnswer));
    }

    private static async Task<IResult> Period(HttpContext http, FindUsage find, TimeProvider clock)
    {
        http.Response.Headers.CacheControl = "no-store";
        try
        {
            var begins = await find.BeginsAsync(http.RequestAborted) ?? clock.GetUtcNow();
            return Results.Json(new UsagePeriod(begins), UsageJson.Default.UsagePeriod);
        }
        catch (IndexUnavailableException)
        {
            return Away(http);
        }
    }

    private static async Task<IResult> Heartbeat(HttpContext http, FindUsage find)
    {
        http.Response.Headers.CacheControl = "no-store";
        var fault = await find.FaultAsync(http.RequestAborted);
        return Results.Json(new UsageHeartbeat(fault is null ? "OK" : "FAIL", fault), UsageJson.Default.UsageHeartbeat);
    }

    private static PageProblem Away(HttpContext http)
    {
        http.Response.Headers.RetryAfter = "5";
        return new PageProblem(Problems.Unavailable, "The event index does not answer.");
    }

    /// <summary>Who asked is the calling program's word; what is no id of this system stands there as a commitment.</summary>
    private static AuditEvent Asked(ClaimsPrincipal program, UsageQuestion question, UsagePage page, ICommitments commitments, TimeProvider clock)
    {
        var asked = AuditKinds.FindUsage.Occurred(clock).With("resource.count", page.Usages.Count) with
        {
            ClientId = CallingProgram.Of(program)!.ClientId,
            TraceId = Activity.Current?.TraceId.ToHexString(),
            Subject = SubjectOf(question.Asker),
            Target = SubjectOf(question.Subject),
        };
        asked = asked.Subject is null ? asked.With("auth.subject", commitments.Commit("auth.subject", question.Asker)) : asked;
        return asked.Target is null ? asked.With("subject.id", question.Subject) : asked;
    }

    private static SubjectId? SubjectOf(string id) => Guid.TryParseExact(id, "D", out var subject) ? new SubjectId(subject) : null;
}

/// <summary>The answer of <c>findUsage</c>.</summary>
internal sealed record UsageAnswer(long TotalUsages, IReadOnlyList<UsageEntry> Usages);

/// <summary>One <c>Usage</c> of the contract.</summary>
internal sealed record UsageEntry(DateTimeOffset Logtime, string Action, string ReceiverCode, string? ReceiverName, string ReceiverSystem)
{
    public UsageEntry(Usage usage) : this(usage.At, usage.Action, usage.Office, usage.OfficeName, usage.System) { }
}

/// <summary>From when on usages are known; without an end, up to now.</summary>
internal sealed record UsagePeriod(DateTimeOffset PeriodStart);

/// <param name="Status">OK or FAIL.</param>
internal sealed record UsageHeartbeat(string Status, string? Message);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(UsageAnswer))]
[JsonSerializable(typeof(UsagePeriod))]
[JsonSerializable(typeof(UsageHeartbeat))]
internal sealed partial class UsageJson : JsonSerializerContext;
