using System.Diagnostics;
using Backbone.Audit.Contracts;
using Backbone.Audit.Outbox;
using Backbone.Credit.Events;
using Backbone.Credit.Grading;
using Backbone.Credit.Packs;
using Backbone.Credit.Reports;
using Backbone.Credit.Sealed;
using Backbone.Credit.Storage;
using Backbone.Platform;
using Backbone.Platform.Entities;
using Backbone.Platform.Web.Errors;
using Backbone.Platform.Web.SignIn;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;

namespace Backbone.Credit.Enterprise.Reading;

/// <summary>
/// GET /credit/my/report: the organisation's grade, score and every fact behind it, what lies ahead, what it can do, and who looked. Reading it is an
/// event, which says who read it in the organisation's name.
/// </summary>
internal static class ShowReport
{
    public const string Path = EnterpriseSignIn.Home + "/report";

    /// <summary>Questions of others, and grades, that the page lists; the newest.</summary>
    private const int MostLooks = 50;

    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet(Path, Show).WithName("credit.my.report").RequireAuthorization(EnterpriseSignIn.Read);

    private static async Task<IResult> Show(
        HttpContext http, ScoreEntity score, MakeReport make, PackInForce pack, CreditDb db, IOptions<GradingOptions> grading,
        IStringLocalizer<ReportTexts> texts, TimeProvider clock)
    {
        var organisation = ActingOrganisation.Of(http.User)!;
        if (ReportQuestion.Read(http.Request.Query, pack, out var fault) is not { } question)
        {
            return new PageProblem(Problems.BadRequest, fault) { Explanation = texts["Wrong_Text"], Exits = [new ProblemExit(Path, texts["Wrong_Exit"])] };
        }

        try
        {
            var scored = await score.RunAsync(organisation.Code, new(question.Purpose, ChinaDay.Today(clock), null), http.RequestAborted);
            var (looks, openings, history) = await RecordAsync(db, organisation.Code, http.RequestAborted);
            db.Record(Read(http, CreditKinds.ReportRead, organisation, scored, clock));
            await db.SaveChangesAsync(http.RequestAborted);
            http.Response.Headers.CacheControl = "no-store";
            return new RazorComponentResult(typeof(ReportPage), new
            {
                Data = new ReportModel(
                    organisation, question, pack, scored is null ? null : make.Of(scored, question.Ticked), looks, openings, history, grading.Value.Purpose,
                    await ShowHome.OpenNoticesAsync(db, organisation.Code, http.RequestAborted)),
            });
        }
        catch (Exception away) when (StoreAway.Is(away))
        {
            return new PageProblem(Problems.Unavailable, "The store of facts does not answer, or takes no record of the reading.");
        }
    }

    /// <summary>The event of a reading of the organisation's own report by somebody who acts for it.</summary>
    internal static AuditEvent Read(
        HttpContext http, Audit.Contracts.Events.EventKind kind, ActingOrganisation organisation, ScoredEntity? scored, TimeProvider clock)
    {
        var read = kind.Occurred(clock).With("subject.id", organisation.Code.ToString()).With("subject.kind", "organisation") with
        {
            ClientId = EnterpriseSignIn.ClientId,
            Subject = organisation.Person,
            Session = Guid.TryParseExact(http.User.FindFirst("sid")?.Value, "D", out var session) ? new SessionId(session) : null,
            TraceId = Activity.Current?.TraceId.ToHexString(),
        };
        return scored is null
            ? read
            : read.With("purpose.code", scored.Answer.Purpose).With("credit.model", scored.Pack.Pack.Id).With("credit.model_version", scored.Pack.Pack.Version)
                .With("credit.score_band", scored.Answer.Grade).With("credit.input_digest", scored.InputDigest);
    }

    /// <summary>What others were told, what of the sealed was opened, and the grades so far; newest first.</summary>
    private static async Task<(IReadOnlyList<AnsweredQuery> Looks, IReadOnlyList<SealedOpening> Openings, IReadOnlyList<GradeChange> History)> RecordAsync(
        CreditDb db, EntityCode entity, CancellationToken cancellation)
    {
        var code = entity.ToString();
        return (
            await db.Queries.AsNoTracking().Where(query => query.Entity == code).OrderByDescending(query => query.Id).Take(MostLooks).ToListAsync(cancellation),
            await db.SealedOpenings.AsNoTracking().Where(one => one.Entity == code && one.State == OpeningState.Opened).OrderByDescending(one => one.Id).Take(MostLooks).ToListAsync(cancellation),
            await db.GradeChanges.AsNoTracking().Where(change => change.Entity == code).OrderByDescending(change => change.Id).Take(MostLooks).ToListAsync(cancellation));
    }
}

/// <param name="Report">Null when nothing is recorded of the organisation.</param>
/// <param name="Looks">What others were told, newest first.</param>
/// <param name="Openings">Of what is sealed, newest first.</param>
/// <param name="History">Grades so far, newest first, for <paramref name="HistoryPurpose"/>.</param>
/// <param name="Notices">Of grades that are not published yet.</param>
internal sealed record ReportModel(
    ActingOrganisation Organisation, ReportQuestion Question, PackInForce Pack, MyReport? Report, IReadOnlyList<AnsweredQuery> Looks, IReadOnlyList<SealedOpening> Openings,
    IReadOnlyList<GradeChange> History, string HistoryPurpose, IReadOnlyList<PriorNotices.PriorNotice> Notices);
