using System.Security.Claims;
using Backbone.Platform.Web.Pages;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Backbone.Platform.Web.Console;

/// <summary><c>GET /console</c>: the pages this administrator may open.</summary>
internal static class Index
{
    public static async Task<RazorComponentResult> ShowAsync(
        ClaimsPrincipal person, IAuthorizationService authorization, IEnumerable<ConsoleLink> links)
    {
        List<ConsoleLink> open = [];
        foreach (var link in links.OrderBy(link => link.Href, StringComparer.Ordinal))
        {
            if ((await authorization.AuthorizeAsync(person, link.Policy)).Succeeded)
            {
                open.Add(link);
            }
        }

        return new RazorComponentResult(typeof(IndexPage), new { Links = open, Name = person.FindFirstValue("name") ?? "" });
    }
}
