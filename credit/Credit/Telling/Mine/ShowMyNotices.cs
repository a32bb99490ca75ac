using Backbone.Credit.Catalogue;
using Backbone.Credit.Enterprise;
using Backbone.Credit.Storage;
using Backbone.Platform.Web.Errors;
using Backbone.Platform.Web.SignIn;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Credit.Telling.Mine;

/// <summary>GET /credit/my/notices: who was told to stop using what about the organisation, the newest first.</summary>
internal static class ShowMyNotices
{
    private const int PageSize = 50;

    private const int MostPages = 200;

    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet(TellingPaths.Mine, Show).WithName("credit.my.notices").RequireAuthorization(EnterpriseSignIn.Any);

    private static async Task<IResult> Show(HttpContext http, int? page, CreditDb db, FactCatalogue catalogue, ProgramWords words)
    {
        var number = page ?? 1;
        if (number is < 1 or > MostPages)
        {
            return new PageProblem(Problems.BadRequest, $"page: 1 to {MostPages}");
        }

        var acting = ActingOrganisation.Of(http.User)!;
        var code = acting.Code.ToString();
        var rows = await db.Notices.AsNoTracking().Where(one => one.Entity == code).OrderByDescending(one => one.Id)
            .Skip((number - 1) * PageSize).Take(PageSize + 1).ToListAsync(http.RequestAborted);
        var shown = rows.Take(PageSize).ToList();
        var ids = shown.Select(one => one.Fact).Distinct().ToList();
        var facts = await db.Facts.AsNoTracking().Where(one => one.Entity == code && ids.Contains(one.Id))
            .Select(one => new { one.Id, one.Type, one.Document }).ToListAsync(http.RequestAborted);
        http.Response.Headers.CacheControl = "no-store";
        return new RazorComponentResult(typeof(MyNoticesPage), new
        {
            Data = new MyNoticesModel(
                acting, [.. shown.Select(words.Of)], facts.ToDictionary(one => one.Id, one => $"{catalogue.Find((ushort)one.Type)?.Title} {one.Document}".Trim()),
                number, rows.Count > PageSize && number < MostPages),
        });
    }
}

/// <param name="Facts">What each fact was, by its id.</param>
internal sealed record MyNoticesModel(ActingOrganisation Acting, IReadOnlyList<NoticeLine> Lines, IReadOnlyDictionary<Guid, string> Facts, int Page, bool HasNext)
{
    public static string Address(int page) => page == 1 ? TellingPaths.Mine : $"{TellingPaths.Mine}?page={page}";
}
