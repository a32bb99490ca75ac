using System.Security.Claims;
using Backbone.Platform.Web;
using Backbone.Platform.Web.Console;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Backbone.Platform.Tests.Console;

public sealed class ConsoleCookieTests
{
    [Fact]
    public async Task A_request_of_a_person_keeps_the_sign_in_alive_and_one_that_a_page_makes_by_itself_does_not()
    {
        Assert.True(await IsRenewedAsync(new EndpointMetadataCollection()));
        Assert.False(await IsRenewedAsync(new EndpointMetadataCollection(new AsksByItself())));
    }

    /// <summary>Past the half of its time, when the cookie is given anew.</summary>
    private static async Task<bool> IsRenewedAsync(EndpointMetadataCollection metadata)
    {
        var services = new ServiceCollection().AddLogging().AddDataProtection().Services;
        await using var provider = services.AddConsoleSignIn(new BackboneOptions()).BuildServiceProvider();
        var cookie = provider.GetRequiredService<IOptionsMonitor<CookieAuthenticationOptions>>().Get(ConsoleSignIn.Cookie);
        var http = new DefaultHttpContext { RequestServices = provider };
        http.SetEndpoint(new Endpoint(null, metadata, "asked"));
        var checking = new CookieSlidingExpirationContext(
            http, new AuthenticationScheme(ConsoleSignIn.Cookie, null, typeof(CookieAuthenticationHandler)), cookie,
            new AuthenticationTicket(new ClaimsPrincipal(), ConsoleSignIn.Cookie), TimeSpan.FromMinutes(20), TimeSpan.FromMinutes(10))
        {
            ShouldRenew = true,
        };
        await cookie.Events.CheckSlidingExpiration(checking);
        return checking.ShouldRenew;
    }
}
