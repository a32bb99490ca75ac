using Backbone.Credit.Cases.Evidence;
using Backbone.Credit.Catalogue;
using Backbone.Credit.Enterprise;
using Backbone.Credit.Events;
using Backbone.Credit.Storage;
using Backbone.Audit.Outbox;
using Backbone.Platform.Web.Errors;
using Backbone.Platform.Web.Keys;
using Backbone.Platform.Web.Pages;
using Backbone.Platform.Web.SignIn;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Backbone.Credit.Cases.Mine;

/// <summary>The organisation's own cases: where each stands, its clock, what was decided and why. Those of another are not found.</summary>
internal static class ShowMyCase
{
    /// <summary>Older ones are found by their number.</summary>
    private const int Most = 100;

    /// <summary>Facts of a page.</summary>
    private const int PageSize = 50;

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        foreach (var kind in (CaseKind[])[CaseKind.Objection, CaseKind.Repair])
        {
            var (path, name) = (CasePaths.MineOf(kind), "credit.my." + CaseEvents.Word(kind));
            endpoints.MapGet(path, List).WithName(name + "s").WithMetadata(new ForKind(kind)).RequireAuthorization(EnterpriseSignIn.Any);
            endpoints.MapGet(path + "/{id}", Show).WithName(name).WithMetadata(new ForKind(kind)).RequireAuthorization(EnterpriseSignIn.Any);
            endpoints.MapGet(path + "/{id}/files/{file}", OpenFile).WithName(name + ".evidence").WithMetadata(new ForKind(kind)).RequireAuthorization(EnterpriseSignIn.Any);
            endpoints.MapPost(path + "/{id}/take-back", TakeBack).WithName(name + ".take-back").WithMetadata(new ForKind(kind)).RequireAuthorization(EnterpriseSignIn.Any);
        }
    }

    private static CaseKind KindOf(HttpContext http) => http.GetEndpoint()!.Metadata.GetRequiredMetadata<ForKind>().Kind;

    private static async Task<IResult> List(HttpContext http, int? page, CreditDb db, OwnFacts facts, CaseClocks clocks)
    {
        var (kind, acting) = (KindOf(http), ActingOrganisation.Of(http.User)!);
        var code = acting.Code.ToString();
        var own = await facts.OfAsync(acting.Code, http.RequestAborted);
        var concerned = kind == CaseKind.Objection ? own : [.. own.Where(fact => fact.Repair != RepairState.Never)];
        var (number, pages) = (page ?? 1, Math.Max(1, (concerned.Count + PageSize - 1) / PageSize));
        if (number < 1 || number > pages)
        {
            return new PageProblem(Problems.BadRequest, $"page: 1 to {pages}");
        }

        var rows = await db.Cases.AsNoTracking().Where(row => row.Entity == code && row.Kind == kind)
            .OrderByDescending(row => row.FiledAt).Take(Most).ToListAsync(http.RequestAborted);
        return new RazorComponentResult(typeof(MyCasesPage), new
        {
            Data = new MyCasesModel(
                kind, acting, [.. rows.Select(clocks.Of)], own.ToDictionary(fact => fact.Fact.Id), [.. concerned.Skip((number - 1) * PageSize).Take(PageSize)], number, pages),
        });
    }

    private static async Task<IResult> Show(HttpContext http, CaseId id, [FromQuery] string? done, CreditDb db, CaseClocks clocks, FactCatalogue catalogue, CaseEffect effect)
    {
        var (kind, acting) = (KindOf(http), ActingOrganisation.Of(http.User)!);
        var view = await CaseView.ReadAsync(db, catalogue, clocks, acting.Code, id.Value, http.RequestAborted);
        return view is null || view.Case.Kind != kind
            ? new PageProblem(Problems.NotFound)
            : new RazorComponentResult(typeof(MyCasePage), new { Data = new MyCaseModel(acting, view, await effect.OfAsync(view, http.RequestAborted), done) });
    }

    /// <summary>Whatever became of the case: what the organisation sent stays its own.</summary>
    private static async Task<IResult> OpenFile(HttpContext http, CaseId id, CaseId file, CreditDb db, MasterKey master, TimeProvider clock)
    {
        var (kind, code) = (KindOf(http), ActingOrganisation.Of(http.User)!.Code.ToString());
        return await db.Cases.AsNoTracking().SingleOrDefaultAsync(one => one.Entity == code && one.Id == id.Value && one.Kind == kind, http.RequestAborted) is { } row
            ? await SendEvidence.RunAsync(http, row, file, MyActor.Of(http.User), db, master, clock)
            : new PageProblem(Problems.NotFound);
    }

    private static async Task<IResult> TakeBack(
        HttpContext http, CaseId id, [FromForm] int seen, TakeStep step, CreditDb db, IStringLocalizer<CaseTexts> words, TimeProvider clock)
    {
        var (kind, acting) = (KindOf(http), ActingOrganisation.Of(http.User)!);
        var code = acting.Code.ToString();
        if (await db.Cases.AsNoTracking().SingleOrDefaultAsync(one => one.Entity == code && one.Id == id.Value && one.Kind == kind, http.RequestAborted) is not { } row)
        {
            return new PageProblem(Problems.NotFound);
        }

        if (!acting.May(kind))
        {
            db.Record(CaseEvents.Of(CaseKinds.TakeBack, MyActor.Of(http.User), row, clock, "no_power"));
            await db.SaveChangesAsync(http.RequestAborted);
            return FileMine.NoPower(kind, words);
        }

        var outcome = await step.RunAsync(new(acting.Code, id.Value, CaseAct.TakeBack, MyActor.Of(http.User), seen), http.RequestAborted);
        return new SeeOther(CasePaths.MineOf(row) + (outcome == StepOutcome.Done ? "?done=taken-back" : "?done=changed"));
    }
}

/// <param name="Own">All facts in view, by id.</param>
/// <param name="Facts">Those of the page that a case can be about, newest first.</param>
/// <param name="Page">From 1.</param>
/// <param name="Pages">How many; at least one.</param>
internal sealed record MyCasesModel(
    CaseKind Kind, ActingOrganisation Acting, IReadOnlyList<CaseClock> Cases, IReadOnlyDictionary<Guid, OwnFact> Own, IReadOnlyList<OwnFact> Facts, int Page, int Pages)
{
    public string Address(int page) => page == 1 ? CasePaths.AllOf(Kind) : $"{CasePaths.MineOf(Kind)}?page={page}#facts";
}

/// <param name="Done">What was just done.</param>
internal sealed record MyCaseModel(ActingOrganisation Acting, CaseView View, ScoreChange? Effect, string? Done);
