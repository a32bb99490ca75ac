using System.Collections.Immutable;
using System.Globalization;
using Backbone.Credit.Cases;
using Backbone.Credit.Cases.Desk;
using Backbone.Credit.Catalogue;
using Backbone.Credit.Grading;
using Backbone.Credit.Packs.Comparing;
using Backbone.Credit.Packs.Keeping;
using Backbone.Credit.Scoring.Packs;
using Backbone.Credit.Storage;
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
using Microsoft.Extensions.Options;

namespace Backbone.Credit.Packs.Desk;

/// <summary>
/// One pack: where it stands, what it says in plain words, what is other than in the pack in force, whom it would move between grades, its history; and the
/// forms to approve or refuse it.
/// </summary>
internal static class WorkPack
{
    private const string Path = PackPaths.List + "/{id}";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(Path, Show).WithName("credit.packs.pack").RequireAuthorization(ListPacks.Policy);
        endpoints.MapPost(Path, Step).WithName("credit.packs.step").RequireAuthorization(ListPacks.Policy);
        endpoints.MapGet(PackPaths.Files + "/{id}/pack", Download).WithName("credit.packs.file").RequireAuthorization(ListPacks.Policy);
        endpoints.MapGet(PackPaths.Files + "/{id}/signature", DownloadSignature).WithName("credit.packs.signature").RequireAuthorization(ListPacks.Policy);
    }

    private static async Task<IResult> Show(HttpContext http, CaseId id, [FromQuery] string? done, ViewPack view) =>
        Officer.Of(http.User) is not { } person ? NobodyKnown()
        : await view.OfAsync(id.Value, person, http.RequestAborted) is not { } model ? new PageProblem(Problems.NotFound)
        : Page(http, model with { Done = done }, StatusCodes.Status200OK);

    private static async Task<IResult> Step(HttpContext http, CaseId id, ViewPack view, DecidePack decide, PacksInForce packs, IStringLocalizer<PackTexts> words)
    {
        if (Officer.Of(http.User) is not { } person)
        {
            return NobodyKnown();
        }

        if (!http.Request.HasFormContentType)
        {
            return new PageProblem(Problems.UnsupportedMediaType);
        }

        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        PackAct? named = form["act"].ToString() switch
        {
            "approve" => PackAct.Approve,
            "refuse" => PackAct.Refuse,
            _ => null,
        };
        if (named is not { } act)
        {
            return new PageProblem(Problems.BadRequest, "act: approve or refuse");
        }

        var reason = form["reason"].ToString().ReplaceLineEndings("\n").Trim();
        if (act == PackAct.Refuse && HandInPack.FaultOf(reason, words) is { } fault)
        {
            return await view.OfAsync(id.Value, person, http.RequestAborted) is { } again
                ? Page(http, again with { Errors = [new("reason", fault)], Reason = reason }, StatusCodes.Status422UnprocessableEntity)
                : new PageProblem(Problems.NotFound);
        }

        var seen = int.TryParse(form["seen"], NumberStyles.None, CultureInfo.InvariantCulture, out var step) ? step : -1;
        var outcome = await decide.RunAsync(new(id.Value, act, person, seen, act == PackAct.Refuse ? reason : ""), http.RequestAborted);
        if (outcome == DecideOutcome.Done)
        {
            // This host at once, the others within seconds.
            await packs.RefreshAsync(http.RequestAborted);
        }

        return outcome switch
        {
            DecideOutcome.Done => new SeeOther($"{PackPaths.Of(id.Value)}?done={act.ToString().ToLowerInvariant()}"),
            DecideOutcome.NotFound => new PageProblem(Problems.NotFound),
            DecideOutcome.SamePerson => new PageProblem(Problems.Forbidden, "Who handed a pack in, or approved it before, does not approve it.")
            {
                Title = words["Same_Title"],
                Explanation = words["Same_Text"],
                Exits = [new(PackPaths.Of(id.Value), words["Back_Pack"])],
            },
            DecideOutcome.Unfit => new SeeOther(PackPaths.Of(id.Value) + "?done=unfit"),
            _ => new SeeOther(PackPaths.Of(id.Value) + "?done=changed"),
        };
    }

    private static Task<IResult> Download(HttpContext http, CaseId id, CreditDb db) =>
        FileAsync(http, id, db, row => row.Content, "application/yaml", row => $"{row.Pack}-{row.Version}.yml");

    private static Task<IResult> DownloadSignature(HttpContext http, CaseId id, CreditDb db) =>
        FileAsync(http, id, db, row => row.Signature, "text/plain", row => $"{row.Pack}-{row.Version}.note");

    private static async Task<IResult> FileAsync(HttpContext http, CaseId id, CreditDb db, Func<KeptPack, byte[]?> content, string type, Func<KeptPack, string> name)
    {
        var row = await db.Packs.AsNoTracking().SingleOrDefaultAsync(one => one.Id == id.Value, http.RequestAborted);
        http.Response.Headers.CacheControl = "no-store";
        return row is not null && content(row) is { } bytes
            ? TypedResults.File(bytes, type, string.Create(CultureInfo.InvariantCulture, $"{name(row)}"))
            : new PageProblem(Problems.NotFound);
    }

    private static PageProblem NobodyKnown() => new(Problems.Forbidden, "The sign-in names no person of this system.");

    private static RazorComponentResult Page(HttpContext http, PackModel model, int status)
    {
        http.Response.Headers.CacheControl = "no-store";
        return new(typeof(PackPage), new { Data = model }) { StatusCode = status };
    }
}

/// <summary>Everything a person needs to decide about a pack.</summary>
internal sealed class ViewPack(CreditDb db, PacksInForce packs, FactCatalogue catalogue, IOptions<GradingOptions> grading, TimeProvider clock)
{
    public async Task<PackModel?> OfAsync(Guid id, CaseActor person, CancellationToken cancellation)
    {
        if (await db.Packs.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancellation) is not { } row)
        {
            return null;
        }

        var steps = (await db.PackSteps.AsNoTracking().Where(step => step.Pack == id).ToListAsync(cancellation)).OrderBy(step => step.At).ThenBy(step => step.Id).ToList();
        var read = LoadPack.Read(row.Pack, row.Content, catalogue).Pack;
        var current = packs.Current;
        var open = row.State is PackState.Submitted or PackState.ApprovedOnce or PackState.Approved;
        var impact = await KnownImpact.ReadAsync(db, id, open ? current.Digest : null, grading.Value.Shards, cancellation);
        var broken = packs.Timeline.BrokenOf(row.Pack, row.Version);
        var state = ListPacks.Shown(packs.Timeline, ChinaDay.Today(clock), new(row.Id, row.Pack, row.Version, row.State, row.WantedFrom, row.InForceFrom, row.SubmittedAt));
        return new(
            row, state, read, steps, person, current, read is null || current.Digest == row.Digest ? [] : PackDiff.Of(current.Pack, read), impact, broken, ChinaDay.Today(clock), null, "", []);
    }
}

/// <param name="State">As it is shown.</param>
/// <param name="Read">Null when its bytes are no pack any more.</param>
/// <param name="Current">The pack in force.</param>
/// <param name="Changes">Against <paramref name="Current"/>.</param>
/// <param name="Broken">Why it is not used although it was approved; null where nothing is wrong.</param>
/// <param name="Done">What was just done.</param>
/// <param name="Reason">What came back with errors.</param>
internal sealed record PackModel(
    KeptPack Row, string State, PolicyPack? Read, IReadOnlyList<PackStep> Steps, CaseActor Person, PackInForce Current, ImmutableArray<PackChange> Changes, KnownImpact Impact, BrokenPack? Broken,
    DateOnly Today, string? Done, string Reason, IReadOnlyList<FieldError> Errors)
{
    public bool IsOpen => Row.State is PackState.Submitted or PackState.ApprovedOnce;

    public bool MayApprove => IsOpen && Person.Person is { } person && PackRules.MayApprove(Row, person);

    public string? ErrorOf(string field) => Errors.FirstOrDefault(error => error.FieldId == field)?.Message;
}
