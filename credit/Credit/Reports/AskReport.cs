using System.Diagnostics;
using System.Globalization;
using Backbone.Audit.Contracts;
using Backbone.Audit.Outbox;
using Backbone.Credit.Cases;
using Backbone.Credit.Catalogue;
using Backbone.Credit.Events;
using Backbone.Credit.Facts;
using Backbone.Credit.Packs.Keeping;
using Backbone.Credit.PriorNotices;
using Backbone.Credit.Storage;
using Backbone.Credit.Telling;
using Backbone.Platform;
using Backbone.Platform.Entities;
using Backbone.Platform.Web.Errors;
using Backbone.Platform.Web.Programs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Credit.Reports;

/// <summary>
/// GET /credit/v1/entities/{code}/grade and …/report: what a program may know of an organisation, for a purpose and by a law that it names. The
/// answer leaves when what was told, and the event of it, are on disk; the refusal of a question is an event too, of questions that are too many the first
/// of a minute.
/// </summary>
internal static class AskReport
{
    public const string Prefix = "/credit/v1/entities/{code}";

    /// <summary>The header that names the question, as the organisation will find it.</summary>
    public const string QueryHeader = "Credit-Query";

    public const string GradeKind = "grade";
    public const string ReportKind = "report";

    /// <summary>A look of the credit office, which is told of changes by its own work and needs no notices.</summary>
    public const string DeskKind = "desk";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup(Prefix).RequireAuthorization(CreditPrograms.Read).AddEndpointFilter(InTurnAsync);
        group.MapGet(GradeKind, Grade).WithName("credit.entities.grade");
        group.MapGet(ReportKind, Report).WithName("credit.entities.report");
    }

    private static async ValueTask<object?> InTurnAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var (http, services) = (context.HttpContext, context.HttpContext.RequestServices);
        var (limit, client) = (services.GetRequiredService<QuestionLimit>(), CallingProgram.Of(http.User)!.ClientId);
        var turn = limit.Take(client);
        if (turn.IsAdmitted)
        {
            return await next(context);
        }

        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(turn.Wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        if (turn.IsFirst)
        {
            var (db, clock) = (services.GetRequiredService<CreditDb>(), services.GetRequiredService<TimeProvider>());
            var kind = http.Request.Path.Value!.EndsWith("/" + ReportKind, StringComparison.OrdinalIgnoreCase) ? ReportKind : GradeKind;
            try
            {
                db.Record(Asked(ProgramOf(http), kind, clock, QueryReasons.TooMany, default));
                await db.SaveChangesAsync(http.RequestAborted);
            }
            catch (Exception away) when (StoreAway.Is(away))
            {
                // Nothing is told, whether or not that can be recorded.
            }
        }

        return new PageProblem(Problems.TooManyRequests, $"At most {limit.Most} questions of one program in a minute; ask again after Retry-After seconds.");
    }

    private static Task<IResult> Grade(HttpContext http, string code, PublishedScore score, PacksInForce packs, CreditDb db, TimeProvider clock) =>
        AnswerAsync(http, code, GradeKind, score, packs, db, clock, WriteReport.Grade);

    private static Task<IResult> Report(
        HttpContext http, string code, PublishedScore score, PacksInForce packs, FactCatalogue catalogue, CreditDb db, TimeProvider clock) =>
        AnswerAsync(http, code, ReportKind, score, packs, db, clock, (scored, asked) => WriteReport.Report(scored, asked, catalogue));

    private static async Task<IResult> AnswerAsync(
        HttpContext http, string code, string kind, PublishedScore score, PacksInForce packs, CreditDb db, TimeProvider clock, Func<ScoredEntity, AskedFor?, byte[]> write)
    {
        http.Response.Headers.CacheControl = "no-store";
        var program = ProgramOf(http);
        try
        {
            var began = clock.GetTimestamp();
            var (question, refusal) = ReadQuestion.Read(code, http.Request.Query, packs, clock);
            var published = question is null ? null : await score.RunAsync(question.Entity, question.Score, http.RequestAborted);
            if (published?.Scored is not { } scored)
            {
                refusal ??= published!.IsWithheld
                    ? new(CreditProblems.NotPublished, QueryReasons.NotPublished, $"entity: {question!.Entity}", question.Entity)
                    : new(CreditProblems.UnknownOrganisation, QueryReasons.UnknownOrganisation, $"entity: {question!.Entity}", question.Entity);
                db.Record(Asked(program, kind, clock, refusal.Reason, refusal.Entity));
                await db.SaveChangesAsync(http.RequestAborted);
                return new PageProblem(refusal.Problem, refusal.Detail);
            }

            var told = Told(program, kind, question!.Score.Purpose, question.Basis, scored, published.Asked, clock);
            db.Queries.Add(told);
            db.Record(Answered(program, told, scored, clock));
            await db.SaveChangesAsync(http.RequestAborted);
            if (clock.GetElapsedTime(began) > NoticeRecipients.LongestAnswer)
            {
                // Who was told what has ended meanwhile may have been looked for already: this one would hear nothing of it.
                http.Response.Headers.RetryAfter = "5";
                return new PageProblem(Problems.Unavailable, "The question took too long to be on record; ask again.");
            }

            http.Response.Headers[QueryHeader] = told.Id.ToString("D");
            return Results.Bytes(write(scored, published.Asked), "application/json");
        }
        catch (Exception away) when (StoreAway.Is(away))
        {
            http.Response.Headers.RetryAfter = "5";
            return new PageProblem(Problems.Unavailable, "The store of facts does not answer, or takes no record of the question; without one nothing is told.");
        }
    }

    private static CaseActor ProgramOf(HttpContext http) => new(null, CallingProgram.Of(http.User)!.ClientId, IsOrganisation: false);

    /// <summary>What stays of an answer.</summary>
    internal static AnsweredQuery Told(CaseActor by, string kind, string purpose, string basis, ScoredEntity scored, AskedFor? asked, TimeProvider clock) => new()
    {
        Entity = scored.Entity.ToString(),
        Id = Guid.CreateVersion7(clock.GetUtcNow()),
        At = clock.GetUtcNow(),
        Client = by.Client,
        Person = by.Person,
        Kind = kind,
        Purpose = purpose,
        Basis = basis,
        ValidOn = asked?.ValidOn ?? scored.Answer.ValidOn,
        Known = asked?.Known ?? scored.Known,
        Pack = scored.Pack.Pack.Id,
        PackVersion = scored.Pack.Pack.Version,
        Points = scored.Answer.Points,
        Grade = scored.Answer.Grade,
    };

    internal static AuditEvent Answered(CaseActor by, AnsweredQuery told, ScoredEntity scored, TimeProvider clock) =>
        Asked(by, told.Kind, clock, null, scored.Entity)
            .With("purpose.code", told.Purpose).With("purpose.legal_basis", told.Basis).With("resource.id", told.Id.ToString("D"))
            .With("credit.model", told.Pack).With("credit.model_version", told.PackVersion).With("credit.score_band", told.Grade)
            .With("credit.input_digest", scored.InputDigest);

    /// <param name="reason">Why nothing was told; null where it was.</param>
    /// <param name="entity">Whom it was about; none where no code was read.</param>
    internal static AuditEvent Asked(CaseActor by, string kind, TimeProvider clock, string? reason, EntityCode entity)
    {
        var asked = CreditKinds.Query.Occurred(clock, reason).With("resource.type", kind) with
        {
            Subject = by.Person is { } person ? new SubjectId(person) : null,
            ClientId = by.Client,
            Session = by.Session,
            TraceId = Activity.Current?.TraceId.ToHexString(),
        };
        return entity.IsNone ? asked : asked.With("subject.id", entity.ToString()).With("subject.kind", "organisation");
    }
}
