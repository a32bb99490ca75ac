using Microsoft.AspNetCore.WebUtilities;

namespace Backbone.Identity.Tests.Protocol;

/// <summary>Browsers hold the redirects after a form's POST against the page's <c>form-action</c>: without the app's origin they stop there.</summary>
public sealed class SignInLeadsBackTests(ProtocolFixture backbone) : IClassFixture<ProtocolFixture>
{
    [Theory(DisplayName = "CSP 3 6.4.1: the sign-in page's form may end at the app that asked, and at no address the app does not have")]
    [InlineData(ProtocolFixture.RedirectUri, "form-action 'self' https://app.example")]
    [InlineData("https://evil.example/callback", "form-action 'self'")]
    public async Task FormAction(string redirect, string policy)
    {
        await backbone.MakeClientsAsync();
        var request = ProtocolFixture.AuthorizationRequest();
        request["redirect_uri"] = redirect;
        var back = QueryHelpers.AddQueryString("/connect/authorize", request.ToDictionary(entry => entry.Key, string? (entry) => entry.Value));

        using var browser = backbone.NewClient();
        using var page = await browser.GetAsync(
            new Uri(QueryHelpers.AddQueryString("/sign-in", "return", back), UriKind.Relative), TestContext.Current.CancellationToken);

        var directives = page.Headers.GetValues("Content-Security-Policy").Single().Split(';', StringSplitOptions.TrimEntries);
        Assert.Contains(policy, directives);
    }
}
