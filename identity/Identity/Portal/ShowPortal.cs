using System.Globalization;
using System.Security.Claims;
using Backbone.Identity.Catalogue;
using Backbone.Identity.Storage;
using Backbone.Platform.Web;
using Backbone.Platform.Web.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;

namespace Backbone.Identity.Portal;

/// <summary>The first page: a welcome to strangers, to everyone else the apps they may open.</summary>
internal static class ShowPortal
{
    public static void AddPortal(this ModuleContext context) => context.Services.AddPageNav(new PageNavItem(
        "/", services => services.GetRequiredService<IStringLocalizer<PortalTexts>>()["Portal_Title"], Order: 10));

    public static void MapPortal(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet("/", ShowAsync).WithName("identity.portal").AllowAnonymous();

    private static async Task<IResult> ShowAsync(HttpContext context, AppCatalogue catalogue, CancellationToken cancellation)
    {
        var current = catalogue.Current;
        if (context.User.Identity?.IsAuthenticated != true)
        {
            return new RazorComponentResult(typeof(WelcomePage), new { Model = current });
        }

        var search = context.Request.Query["q"].ToString().Trim();
        search = search.Length <= FindApps.LongestSearch ? search : search[..FindApps.LongestSearch];
        var model = new PortalModel(search, FindApps.For(current, context.User, search), await SessionOfAsync(context, cancellation));
        return new RazorComponentResult(typeof(PortalPage), new { Model = model });
    }

    /// <summary>Since when and on what; without the database's row, what the ticket itself says.</summary>
    private static async Task<PortalSession?> SessionOfAsync(HttpContext context, CancellationToken cancellation)
    {
        if (context.RequestServices.GetService(typeof(IdentityDb)) is IdentityDb db
            && Guid.TryParse(context.User.FindFirstValue("sid"), out var id)
            && await db.Sessions.AsNoTracking().FirstOrDefaultAsync(session => session.Id == id, cancellation) is { } row)
        {
            return new PortalSession(row.CreatedAt, row.Device);
        }

        return long.TryParse(context.User.FindFirstValue("auth_time"), NumberStyles.None, CultureInfo.InvariantCulture, out var since)
            && since <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? new PortalSession(DateTimeOffset.FromUnixTimeSeconds(since), null)
            : null;
    }
}

/// <param name="Search">What the person looks for; empty: everything.</param>
/// <param name="Sectors">What was found.</param>
/// <param name="Session">The session this page is shown in.</param>
internal sealed record PortalModel(string Search, IReadOnlyList<PortalSector> Sectors, PortalSession? Session);

/// <param name="Since">When it began.</param>
/// <param name="Device">Browser and system in words; null when not known.</param>
internal sealed record PortalSession(DateTimeOffset Since, string? Device);
