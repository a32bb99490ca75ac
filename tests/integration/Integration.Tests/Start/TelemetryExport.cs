using System.Net;
using Backbone.Platform.Web.Hosting;
using Backbone.Testing;

namespace Backbone.Integration.Tests.Start;

public sealed class TelemetryExport
{
    /// <summary>What a collector gets serves to find slow and failing requests; who made them is nobody's business there.</summary>
    [Fact]
    public async Task Traces_and_metrics_arrive_and_say_nothing_about_a_person()
    {
        await using var collector = await OtlpListener.StartAsync();
        List<string> forbidden = ["13800000001", "li.ming", "张晓梅", "203.0.113.9", "Chrome/156", "not-the-password", "token-in-path", "state-of-app"];
        // A process of its own: in this one the test's client would be traced, too.
        await using (var host = await HostProcess.StartAsync(
            null,
            "--set", $"Backbone:OtlpEndpoint={collector.Address}", "--set", "Backbone:SampleApps=false",
            "--set", "Backbone:TrustedProxies:0=127.0.0.0/8", "--set", "Backbone:TrustedProxies:1=::1"))
        {
            var account = Account(host, DemonstrationPeople.CitizenByPhone);
            using var browser = new ScriptlessBrowser(host.Portal);
            await browser.GoAsync("/sign-in?login_hint=13800000001");
            await browser.SubmitAsync(new Dictionary<string, string> { ["name"] = account.Name, ["password"] = "not-the-password" });
            await browser.SignInAsync(host.Portal, account, "/account");
            forbidden.AddRange(browser.Cookies.GetAllCookies().Select(cookie => cookie.Value).Where(value => value.Length > 20));

            // Ids in the path: a session of one's own; and what a stranger may paste where it does not belong.
            var session = Guid.CreateVersion7();
            forbidden.AddRange([session.ToString("D"), session.ToString("N")]);
            await browser.GoAsync($"/account/sessions/{session:D}/end");
            await browser.GoAsync("/13800000001/token-in-path");
            await browser.GoAsync("/connect/authorize?client_id=nobody&state=state-of-app&login_hint=li.ming%40example.com");

            // The console signs in over HTTP: the host is its own client.
            var auditor = Account(host, DemonstrationPeople.AuditAdministrator);
            using var staff = new ScriptlessBrowser(host.Portal);
            await staff.SignInAsync(host.Portal, auditor, "/console/audit");

            using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = host.Portal };
            client.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.9");
            client.DefaultRequestHeaders.Add("User-Agent", "Chrome/156 of 13800000001");
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/sign-in", TestContext.Current.CancellationToken)).StatusCode);
            Assert.Equal(0, await host.StopAsync());
        }

        var spans = collector.Spans;
        Assert.Contains(spans, span => span.Name == "POST /sign-in" && span.Attributes["http.route"] == "/sign-in");
        Assert.Contains(spans, span => span.Attributes.TryGetValue("url.full", out var asked) && asked.EndsWith("/connect/token", StringComparison.Ordinal));
        Assert.Contains("http.server.request.duration", collector.Metrics);
        Assert.Contains("dotnet.gc.collections", collector.Metrics);

        string[] personal = ["url.query", "client.address", "network.peer.address", "user_agent.original"];
        Assert.DoesNotContain(spans, span => span.Attributes.Keys.Any(personal.Contains));
        Assert.All(spans, span => Assert.True(
            !span.Attributes.TryGetValue("url.path", out var path) || path == span.Attributes["http.route"],
            $"{span.Name} carries the path {span.Attributes.GetValueOrDefault("url.path")}"));
        var leaking = spans.Select(span => span.ToString()).Where(span => forbidden.Any(word => span.Contains(word, StringComparison.OrdinalIgnoreCase))).ToList();
        Assert.True(leaking.Count == 0, string.Join('\n', leaking));
        Assert.Equal([], forbidden.Where(word => collector.Everything.Contains(word, StringComparison.OrdinalIgnoreCase)));
    }

    private static DemonstrationAccount Account(HostProcess host, string name)
    {
        var account = host.Ready["accounts"]!.AsArray().Single(account => (string?)account!["name"] == name)!;
        return new DemonstrationAccount(name, (string?)account["password"], (string?)account["totpSecret"], []);
    }
}
