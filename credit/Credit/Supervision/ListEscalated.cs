using Backbone.Credit.Cases;
using Backbone.Credit.Cases.Desk;
using Backbone.Credit.PriorNotices;
using Backbone.Credit.Storage;
using Backbone.Platform.Web.Console;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Credit.Supervision;

/// <summary>What officers left undone and the supervisor was told of, what is longest over at the top.</summary>
internal static class ListEscalated
{
    public const string Path = CasePaths.Desk + "/supervision";

    /// <summary>Policy: whoever stands above credit officers.</summary>
    public const string Policy = ConsolePolicies.CreditSupervision;

    /// <summary>Of each sort; what is beyond comes up when these are done.</summary>
    private const int Most = 100;

    public static string Of(Matter matter) => $"{Path}/{matter.Entity}/{matter.Id:D}";

    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet(Path, Show).WithName("credit.supervision").RequireAuthorization(Policy);

    private static async Task<RazorComponentResult> Show(HttpContext http, CreditDb db, DeskOfficers officers)
    {
        var cases = db.Cases.AsNoTracking().ForAllOrganisations("told to the supervisor").Where(row => row.State < CaseState.Granted && row.EscalatedAt != null);
        var notices = db.PriorNotices.AsNoTracking().ForAllOrganisations("told to the supervisor").Unanswered().Where(one => one.EscalatedAt != null);
        var count = await cases.CountAsync(http.RequestAborted) + await notices.CountAsync(http.RequestAborted);
        List<Matter> matters =
        [
            .. (await cases.OrderBy(row => row.DueOn).ThenBy(row => row.Id).Take(Most).ToListAsync(http.RequestAborted)).Select(row => new Matter(row, null)),
            .. (await notices.OrderBy(one => one.DueOn).ThenBy(one => one.Id).Take(Most).ToListAsync(http.RequestAborted)).Select(one => new Matter(null, one)),
        ];
        var names = (await officers.ListAsync(http.RequestAborted)).ToDictionary(one => one.Person, one => one.Name);
        http.Response.Headers.CacheControl = "no-store";
        return new RazorComponentResult(typeof(EscalatedPage), new { Data = new EscalatedModel(count, [.. matters.OrderBy(one => one.DueOn)], names) });
    }
}

/// <param name="Count">How many there are, shown or not.</param>
/// <param name="Names">Officers' names by their accounts.</param>
internal sealed record EscalatedModel(int Count, IReadOnlyList<Matter> Matters, IReadOnlyDictionary<Guid, string> Names);
