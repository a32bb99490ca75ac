using System.Net;
using System.Text;
using Backbone.Audit.Appending;
using Backbone.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Backbone.Audit.Tests.Privacy;

/// <summary>Erasing on the whole host, with the console's own sign-in, on a clock of the test's.</summary>
public sealed class EraseJourney(EraseJourney.TurnedHost host) : IClassFixture<EraseJourney.TurnedHost>
{
    private const string Page = "/console/audit/erase";
    private const string Subject = "household-17";

    private static readonly Dictionary<string, string> Typed = new()
    {
        ["subject"] = Subject,
        ["reference"] = "2026-0042",
        ["confirm"] = "yes",
    };

    [Fact]
    public async Task An_old_sign_in_leads_through_the_issuer_and_back_with_what_was_typed_and_no_address_holds_it()
    {
        using var browser = new ScriptlessBrowser(host.Address);
        var auditor = host.Account(DemonstrationPeople.AuditAdministrator);
        await browser.SignInAsync(host.Address, auditor, Page, host.Clock);
        Assert.Equal((HttpStatusCode.OK, Page), (browser.Status, browser.Address.AbsolutePath));
        host.Clock.Advance(TimeSpan.FromMinutes(5) + TimeSpan.FromSeconds(1));

        await browser.SubmitAsync(Typed);

        Assert.Equal("/sign-in", browser.Address.AbsolutePath);
        Assert.DoesNotContain(browser.Trail, address => Uri.UnescapeDataString(address.ToString()).Contains(Subject, StringComparison.Ordinal));
        Assert.Equal(0, Orders());

        // Who turns back without a proof has none.
        await browser.GoAsync(Page);
        await browser.SubmitAsync(Typed);
        Assert.Equal("/sign-in", browser.Address.AbsolutePath);
        Assert.Equal(0, Orders());

        await browser.FillSignInAsync(auditor, host.Clock);

        Assert.Equal((HttpStatusCode.OK, Page), (browser.Status, browser.Address.PathAndQuery));
        Assert.Contains("操作还没有执行", browser.Body, StringComparison.Ordinal);
        Assert.Equal((Subject, "2026-0042"), (Value(browser, "subject"), Value(browser, "reference")));
        Assert.False(browser.Page.QuerySelector("#confirm")!.HasAttribute("checked"));
        Assert.Equal(0, Orders());

        await browser.SubmitAsync(Typed);
        Assert.Matches("^/console/audit/erase\\?order=[0-9]+$", browser.Address.PathAndQuery);
        Assert.Equal(1, Orders());
    }

    private static string? Value(ScriptlessBrowser browser, string field) => browser.Page.QuerySelector("#" + field)!.GetAttribute("value");

    private int Orders() => host.Services.GetRequiredService<SegmentLog>().Records.Read(0, int.MaxValue)
        .Count(record => Encoding.UTF8.GetString(record.Payload).Contains("\"subject-erase\"", StringComparison.Ordinal));

    public sealed class TurnedHost : BackboneFixture
    {
        /// <summary>Stands until it is turned, and begins as much behind as it will be turned: the client library has a clock of its own.</summary>
        public FakeTimeProvider Clock { get; } = new(TimeProvider.System.GetUtcNow().AddMinutes(-4));

        protected override void Configure(FixtureSettings settings)
        {
            settings.Demo = true;
            settings.Clock = Clock;
        }
    }
}
