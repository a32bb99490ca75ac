using Backbone.Audit.Outbox;
using Backbone.Credit.Cases.Clock;
using Backbone.Credit.Cases.Evidence;
using Backbone.Credit.Enterprise;
using Backbone.Credit.Events;
using Backbone.Credit.Facts;
using Backbone.Credit.Storage;
using Backbone.Platform.Web.Components;
using Backbone.Platform.Web.Errors;
using Backbone.Platform.Web.Pages;
using Backbone.Platform.Web.SignIn;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Localization;

namespace Backbone.Credit.Cases.Mine;

/// <summary>The form of an objection or of an application for repair, about one of the organisation's own facts, with its files.</summary>
internal static class FileMine
{
    public static void Map(IEndpointRouteBuilder endpoints)
    {
        foreach (var kind in (CaseKind[])[CaseKind.Objection, CaseKind.Repair])
        {
            var (path, name) = (CasePaths.MineOf(kind) + "/new", "credit.my." + CaseEvents.Word(kind));
            endpoints.MapGet(path, Show).WithName(name + ".new").WithMetadata(new ForKind(kind)).RequireAuthorization(EnterpriseSignIn.Any);
            endpoints.MapPost(path, Submit).WithName(name + ".file").WithMetadata(new ForKind(kind), new RequestSizeLimitAttribute(EvidenceFile.MostFormBytes))
                .RequireAuthorization(EnterpriseSignIn.Any);
        }
    }

    private static CaseKind KindOf(HttpContext http) => http.GetEndpoint()!.Metadata.GetRequiredMetadata<ForKind>().Kind;

    private static async Task<IResult> Show(HttpContext http, [FromQuery] string? fact, OwnFacts facts, Duties duties, IStringLocalizer<CaseTexts> words)
    {
        var (kind, acting) = (KindOf(http), ActingOrganisation.Of(http.User)!);
        if (!acting.May(kind))
        {
            return NoPower(kind, words);
        }

        var own = await FindAsync(facts, acting, fact, http.RequestAborted);
        return own is null ? new PageProblem(Problems.NotFound) : Page(new FileModel(kind, acting, own, duties, "", []), StatusCodes.Status200OK);
    }

    private static async Task<IResult> Submit(
        HttpContext http, OwnFacts facts, Duties duties, FileCase file, CreditDb db, IStringLocalizer<CaseTexts> words, TimeProvider clock)
    {
        var (kind, acting) = (KindOf(http), ActingOrganisation.Of(http.User)!);
        if (!http.Request.HasFormContentType)
        {
            return new PageProblem(Problems.UnsupportedMediaType);
        }

        if (!acting.May(kind))
        {
            db.Record(CaseEvents.About(CaseKinds.File, MyActor.Of(http.User), acting.Code.ToString(), clock, "no_power").With("resource.type", CaseEvents.Word(kind)));
            await db.SaveChangesAsync(http.RequestAborted);
            return NoPower(kind, words);
        }

        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        if (await FindAsync(facts, acting, form["fact"], http.RequestAborted) is not { } own)
        {
            return new PageProblem(Problems.NotFound);
        }

        var grounds = (form["grounds"].ToString() ?? "").ReplaceLineEndings("\n").Trim();
        List<FieldError> errors = [];
        if (grounds.Length is 0 or > CaseRow.LongestGrounds)
        {
            errors.Add(new("grounds", words["Grounds_Length", CaseRow.LongestGrounds, grounds.Length]));
        }
        else if (grounds.Any(character => char.IsControl(character) && character != '\n') || PersonsNumber.IsIn(grounds))
        {
            errors.Add(new("grounds", words["Grounds_Person"]));
        }

        var materials = kind == CaseKind.Repair ? duties.Materials.Select(material => material.Id).ToList() : [];
        var (files, field, fault) = await EvidenceFile.ReadAsync(form.Files, materials, http.RequestAborted);
        if (fault is not null)
        {
            errors.Add(new(field, words["File_" + fault, EvidenceFile.Most, EvidenceFile.MostBytes >> 20]));
        }

        if (errors.Count == 0)
        {
            switch (await file.RunAsync(kind, acting.Code, own.Fact.Id, grounds, files, MyActor.Of(http.User), http.RequestAborted))
            {
                case FileOutcome.Filed(var filed):
                    return new SeeOther(CasePaths.MineOf(filed) + "?done=filed");
                case FileOutcome.MaterialMissing(var material):
                    errors.Add(new(material.Id, words["Material_Missing", material.Title]));
                    break;
                case FileOutcome.NoSuchFact:
                    return new PageProblem(Problems.NotFound);
                default:
                    // Open already, or not to be repaired yet: the page says so in place of the form.
                    own = await FindAsync(facts, acting, form["fact"], http.RequestAborted) ?? own;
                    return Page(new FileModel(kind, acting, own, duties, grounds, []), StatusCodes.Status409Conflict);
            }
        }

        return Page(new FileModel(kind, acting, own, duties, grounds, errors), StatusCodes.Status422UnprocessableEntity);
    }

    public static PageProblem NoPower(CaseKind kind, IStringLocalizer<CaseTexts> words) => new(Problems.Forbidden, "The power is not among those given.")
    {
        Title = words["NoPower_Title"],
        Explanation = words["NoPower_" + kind],
        Exits = [new(EnterpriseSignIn.Home, words["Exit_Home"])],
    };

    private static async Task<OwnFact?> FindAsync(OwnFacts facts, ActingOrganisation acting, string? fact, CancellationToken cancellation) =>
        Guid.TryParseExact(fact, "D", out var id) ? await facts.FindAsync(acting.Code, id, cancellation) : null;

    private static RazorComponentResult Page(FileModel model, int status) => new(typeof(FilePage), new { Data = model }) { StatusCode = status };
}

internal sealed record FileModel(
    CaseKind Kind, ActingOrganisation Acting, OwnFact Fact, Duties Duties, string Grounds, IReadOnlyList<FieldError> Errors)
{
    public bool IsOpen => Kind == CaseKind.Objection ? Fact.MayObject : Fact.MayRepair;

    public string? ErrorOf(string field) => Errors.FirstOrDefault(error => error.FieldId == field)?.Message;
}
