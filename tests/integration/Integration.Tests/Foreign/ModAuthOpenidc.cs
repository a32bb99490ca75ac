using Backbone.Testing;

namespace Backbone.Integration.Tests.Foreign;

/// <summary>Apache's mod_auth_openidc as a second, independent relying party.</summary>
public sealed class ModAuthOpenidc(ForeignApps host) : IClassFixture<ForeignApps>
{
    [Fact(DisplayName = "mod_auth_openidc: one sign-in opens a page behind Apache")]
    public async Task One_sign_in_opens_a_page_behind_Apache()
    {
        var secret = await File.ReadAllTextAsync(host.SecretFile("foreign-apache"));
        await using var apache = await ApacheRelyingParty.StartAsync(host.ApachePort, host.Address, "foreign-apache", secret.Trim());
        using var browser = new ScriptlessBrowser(host.Address);
        await browser.SignInAsync(host.Address, host.Account(DemonstrationPeople.CitizenByMail));

        await browser.GoAsync(new Uri(apache.Address, "protected/").AbsoluteUri);
        await browser.AllowIfAskedAsync();

        Assert.True(browser.Body.StartsWith("sub=", StringComparison.Ordinal), $"{browser.Address} {browser.Status} {browser.Body} {apache.ErrorLog()}");
        Assert.Contains("iss=" + host.Address.GetLeftPart(UriPartial.Authority), browser.Body, StringComparison.Ordinal);
        Assert.Contains("name=李明", System.Net.WebUtility.HtmlDecode(browser.Body), StringComparison.Ordinal);
    }
}
