using System.Buffers.Text;
using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Backbone.Testing;
using Microsoft.AspNetCore.WebUtilities;

namespace Backbone.Integration.Tests.Start;

/// <summary>What one host does, the other knows.</summary>
public sealed partial class TwoHostsOneDatabase(SharedDatabaseHosts hosts) : IClassFixture<SharedDatabaseHosts>, IAsyncLifetime
{
    private const string Organisation = "91379999MADEMA019F";
    private const string Verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public async ValueTask InitializeAsync() => await hosts.StartAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact(DisplayName = "RFC 7517: a token signed by one host verifies by the key set of the other, and the other answers for it")]
    public async Task A_token_of_one_host_is_good_at_the_other()
    {
        var (status, body) = await hosts.PostAsync(hosts.A, "/connect/token", [new("grant_type", "client_credentials")]);
        Assert.Equal(HttpStatusCode.OK, status);
        var token = (string)body["access_token"]!;

        var parts = token.Split('.');
        var kid = (string)JsonNode.Parse(Base64Url.DecodeFromChars(parts[0]))!["kid"]!;
        var key = (await KeysAsync(hosts.B)).Single(key => (string?)key!["kid"] == kid)!;
        using var ecdsa = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = Base64Url.DecodeFromChars((string)key["x"]!), Y = Base64Url.DecodeFromChars((string)key["y"]!) },
        });
        Assert.True(ecdsa.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256));
        Assert.True((bool)(await hosts.PostAsync(hosts.B, "/connect/introspect", [new("token", token)])).Body["active"]!);
    }

    [Fact]
    public async Task A_rotation_by_one_host_is_seen_by_the_other_and_is_one_event_per_key()
    {
        await UntilAsync(async () => (await KeysAsync(hosts.A)).Count == 4 && (await KeysAsync(hosts.B)).Count == 4, "both publish the next keys");
        var (of, byOther) = (Kids(await KeysAsync(hosts.A)), Kids(await KeysAsync(hosts.B)));
        Assert.Equal(of, byOther);

        await UntilAsync(() => Task.FromResult(of.All(kid => hosts.Logs.Contains(kid, StringComparison.Ordinal))), "every new key is in a log");
        var logs = hosts.Logs;
        Assert.All(of, kid => Assert.Single(Regex.Matches(logs, Regex.Escape(kid))));
    }

    [Fact]
    public async Task A_form_shown_by_one_host_is_taken_by_the_other_and_a_session_ended_there_is_dead_here_at_once()
    {
        using var browser = await SignInAsync(0, shownBy: hosts.A, takenBy: hosts.B);
        foreach (var host in new[] { hosts.A, hosts.B })
        {
            await browser.GoAsync(new Uri(host, "/account").AbsoluteUri);
            Assert.Equal("/account", browser.Address.AbsolutePath);
            Assert.Equal(HttpStatusCode.OK, browser.Status);
        }

        await browser.SubmitAsync(form: "/sign-out");

        foreach (var host in new[] { hosts.A, hosts.B })
        {
            await browser.GoAsync(new Uri(host, "/account").AbsoluteUri);
            Assert.Equal("/sign-in", browser.Address.AbsolutePath);
        }
    }

    [Fact]
    public async Task A_session_ended_at_one_host_is_dead_at_the_other_for_whoever_still_holds_its_ticket()
    {
        using var browser = await SignInAsync(0, hosts.A, hosts.A);
        var ticket = browser.Cookies.GetCookies(hosts.A)["bb-session"]!.Value;
        Assert.True(await OpensAsync(hosts.B, ticket));
        await browser.GoAsync(new Uri(hosts.B, "/account").AbsoluteUri);

        await browser.SubmitAsync(form: "/sign-out");

        Assert.False(await OpensAsync(hosts.A, ticket));
        Assert.False(await OpensAsync(hosts.B, ticket));
    }

    [Fact(DisplayName = "RFC 9700 4.14.2: a refresh token used at one host and again at the other ends the family at both")]
    public async Task A_replay_at_the_other_host_revokes_the_family()
    {
        using var browser = await SignInAsync(0, hosts.A, hosts.A);
        var code = await CodeAsync(browser, hosts.A);
        var (_, first) = await hosts.PostAsync(
            hosts.B, "/connect/token",
            [
                new("grant_type", "authorization_code"), new("code", code),
                new("redirect_uri", SharedDatabaseHosts.RedirectUri), new("code_verifier", Verifier),
            ]);
        var (status, second) = await RefreshAsync(hosts.A, first);
        Assert.Equal(HttpStatusCode.OK, status);

        Assert.Equal("invalid_grant", (string?)(await RefreshAsync(hosts.B, first)).Body["error"]);

        Assert.Equal("invalid_grant", (string?)(await RefreshAsync(hosts.A, second)).Body["error"]);
        Assert.Equal("invalid_grant", (string?)(await RefreshAsync(hosts.B, second)).Body["error"]);
        Assert.False((bool)(await hosts.PostAsync(hosts.A, "/connect/introspect", [new("token", (string)second["access_token"]!)])).Body["active"]!);
    }

    [Fact]
    public async Task Powers_withdrawn_at_one_host_are_gone_at_the_other()
    {
        using var representative = await SignInAsync(0, hosts.A, hosts.A);
        await VerifyAsync(representative, "张晓梅", "379999199003070025");
        await representative.GoAsync(new Uri(hosts.A, "/organisations/register").AbsoluteUri);
        await representative.SubmitAsync(new Dictionary<string, string> { ["code"] = Organisation });
        using var agent = await SignInAsync(1, hosts.B, hosts.B);
        await VerifyAsync(agent, "李明", "379999198506180037");
        await representative.GoAsync($"/organisations/{Organisation}/mandates/new");
        await representative.SubmitAsync(new Dictionary<string, string>
        {
            ["contact"] = hosts.Person(1).Name,
            ["name"] = "李明",
            ["power"] = $"{SharedDatabaseHosts.ActingClient}/file",
        });
        await agent.GoAsync("/acting");
        await agent.SubmitAsync(new Dictionary<string, string> { ["organisation"] = Organisation }, form: "/acting");
        var code = await CodeAsync(agent, hosts.B, SharedDatabaseHosts.ActingClient);
        var (_, tokens) = await hosts.PostAsync(
            hosts.B, "/connect/token",
            [
                new("grant_type", "authorization_code"), new("code", code),
                new("redirect_uri", SharedDatabaseHosts.RedirectUri), new("code_verifier", Verifier),
            ],
            SharedDatabaseHosts.ActingClient);
        foreach (var host in new[] { hosts.A, hosts.B })
        {
            Assert.True(await IsActiveAsync(host, tokens));
        }

        await representative.GoAsync($"/organisations/{Organisation}");
        await representative.FollowAsync("撤回权限");
        var withdrawn = Stopwatch.StartNew();
        await representative.SubmitAsync(button: "撤回权限");
        Assert.Equal($"/organisations/{Organisation}", representative.Address.AbsolutePath);

        foreach (var host in new[] { hosts.B, hosts.A })
        {
            Assert.False(await IsActiveAsync(host, tokens));
            var (_, refused) = await hosts.PostAsync(
                host, "/connect/token", [new("grant_type", "refresh_token"), new("refresh_token", (string)tokens["refresh_token"]!)],
                SharedDatabaseHosts.ActingClient);
            Assert.Equal("invalid_grant", (string?)refused["error"]);
            await agent.GoAsync(new Uri(host, $"/organisations/{Organisation}").AbsoluteUri);
            Assert.Equal(HttpStatusCode.NotFound, agent.Status);
        }

        Assert.True(withdrawn.Elapsed < TimeSpan.FromSeconds(5), $"{withdrawn.Elapsed}");

        async Task<bool> IsActiveAsync(Uri host, JsonObject given) => (bool)(await hosts.PostAsync(
            host, "/connect/introspect", [new("token", (string)given["access_token"]!)], SharedDatabaseHosts.ActingClient)).Body["active"]!;
    }

    [Fact]
    public async Task Wrong_passwords_count_across_hosts_and_lock_the_name_at_both()
    {
        // Of the staff: the citizens sign in in other tests, in whatever order these run. With the right password it would be asked for its second factor.
        var (name, password) = hosts.Staff;
        for (var number = 0; number < 5; number++)
        {
            using var wrong = await TryAsync(name, "wrong " + password, number % 2 == 0 ? hosts.A : hosts.B);
            Assert.StartsWith("/sign-in", wrong.Address.AbsolutePath, StringComparison.Ordinal);
        }

        foreach (var host in new[] { hosts.A, hosts.B })
        {
            using var right = await TryAsync(name, password, host);
            Assert.Equal("/sign-in", right.Address.AbsolutePath);
        }
    }

    [Fact]
    public async Task An_event_of_the_outbox_is_written_once_whichever_host_carries_it()
    {
        var traces = Enumerable.Range(0, 12).Select(_ => ActivityTraceId.CreateRandom().ToHexString()).ToList();
        await Parallel.ForAsync(0, traces.Count, new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (number, cancellation) =>
        {
            using var browser = await SignInAsync(0, hosts.A, hosts.B);
            await browser.GoAsync(new Uri(number % 2 == 0 ? hosts.A : hosts.B, "/account").AbsoluteUri);
            var token = browser.Page.QuerySelector("form[action='/sign-out'] input[name=_token]")!.GetAttribute("value")!;
            using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = browser.Cookies, UseProxy = false });
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(browser.Address, "/sign-out")) { Content = new FormUrlEncodedContent([new("_token", token)]) };
            request.Headers.TryAddWithoutValidation("traceparent", $"00-{traces[number]}-{ActivitySpanId.CreateRandom().ToHexString()}-01");
            using var answer = await client.SendAsync(request, cancellation);
            Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        });

        await UntilAsync(() => Task.FromResult(traces.TrueForAll(trace => hosts.Logs.Contains(trace, StringComparison.Ordinal))), "every event is in a log");
        var logs = hosts.Logs;
        Assert.All(traces, trace => Assert.Single(Regex.Matches(logs, trace)));
        var ids = EventIds().Matches(logs).Select(match => match.Value).ToList();
        Assert.True(ids.Count > traces.Count, $"Only {ids.Count} events were found.");
        Assert.Equal(ids.Count, ids.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task A_host_with_another_master_key_does_not_start_and_says_what_to_do()
    {
        var before = Kids(await KeysAsync(hosts.A));

        var (code, output) = await hosts.RunStrangerAsync();

        Assert.Equal(1, code);
        Assert.Contains("sealed with another master key", output, StringComparison.Ordinal);
        Assert.Contains("Backbone:MasterKey=file:PATH", output, StringComparison.Ordinal);
        var after = Kids(await KeysAsync(hosts.A));
        Assert.All(before, kid => Assert.Contains(kid, after));
    }

    /// <summary>The page comes from one host, what is typed goes to the other, as behind a proxy.</summary>
    private async Task<ScriptlessBrowser> SignInAsync(int person, Uri shownBy, Uri takenBy)
    {
        var (name, password) = hosts.Person(person);
        var browser = new ScriptlessBrowser(shownBy);
        await browser.GoAsync(new Uri(shownBy, "/sign-in?return=%2Faccount").AbsoluteUri);
        await browser.PostElsewhereAsync(takenBy, new Dictionary<string, string> { ["name"] = name, ["password"] = password });
        Assert.Equal("/account", browser.Address.AbsolutePath);
        return browser;
    }

    private static async Task<ScriptlessBrowser> TryAsync(string name, string password, Uri host)
    {
        var browser = new ScriptlessBrowser(host);
        await browser.GoAsync("/sign-in?return=%2Faccount");
        await browser.SubmitAsync(new Dictionary<string, string> { ["name"] = name, ["password"] = password });
        return browser;
    }

    private static async Task VerifyAsync(ScriptlessBrowser browser, string name, string number)
    {
        await browser.GoAsync(new Uri(browser.Address, "/account/real-name").AbsoluteUri);
        await browser.SubmitAsync(new Dictionary<string, string> { ["name"] = name, ["number"] = number });
        Assert.Equal("/account/level", browser.Address.AbsolutePath);
    }

    private static async Task<string> CodeAsync(ScriptlessBrowser browser, Uri host, string app = SharedDatabaseHosts.Client)
    {
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = browser.Cookies, UseProxy = false });
        var query = QueryHelpers.AddQueryString("/connect/authorize", new Dictionary<string, string?>
        {
            ["client_id"] = app,
            ["redirect_uri"] = SharedDatabaseHosts.RedirectUri,
            ["response_type"] = "code",
            ["scope"] = "openid offline_access",
            ["code_challenge"] = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier))),
            ["code_challenge_method"] = "S256",
        });
        using var answer = await client.GetAsync(new Uri(host, query));
        return QueryHelpers.ParseQuery(answer.Headers.Location!.Query)["code"].ToString();
    }

    private Task<(HttpStatusCode Status, JsonObject Body)> RefreshAsync(Uri host, JsonObject tokens) => hosts.PostAsync(
        host, "/connect/token", [new("grant_type", "refresh_token"), new("refresh_token", (string)tokens["refresh_token"]!)]);

    private static async Task<JsonArray> KeysAsync(Uri host)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        return JsonNode.Parse(await http.GetStringAsync(new Uri(host, "/.well-known/jwks")))!["keys"]!.AsArray();
    }

    private static List<string> Kids(JsonArray keys) => [.. keys.Select(key => (string)key!["kid"]!).Order(StringComparer.Ordinal)];

    private static async Task<bool> OpensAsync(Uri host, string ticket)
    {
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(host, "/account"));
        request.Headers.Add("Cookie", "bb-session=" + ticket);
        using var response = await client.SendAsync(request);
        return response.StatusCode == HttpStatusCode.OK;
    }

    private static async Task UntilAsync(Func<Task<bool>> isSo, string what)
    {
        var waited = Stopwatch.StartNew();
        while (!await isSo())
        {
            Assert.True(waited.Elapsed < Patience, $"Not within {Patience}: {what}.");
            await Task.Delay(250, TestContext.Current.CancellationToken);
        }
    }

    [GeneratedRegex("\"event\":\\{[^{}]*\"id\":\"[0-9a-f-]{36}\"|\"event\\.id\":\"[0-9a-f-]{36}\"")]
    private static partial Regex EventIds();
}
