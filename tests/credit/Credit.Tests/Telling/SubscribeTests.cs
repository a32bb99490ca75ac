using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Backbone.Credit.Grading;
using Backbone.Credit.Storage;
using Backbone.Credit.Telling;
using Backbone.Credit.Tests.Reports;
using Backbone.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Credit.Tests.Telling;

public sealed class SqliteTellingHost() : TellingHost(postgres: false);

public sealed class PostgresTellingHost() : TellingHost(postgres: true);

/// <summary>A host that may send to loopback, as in development.</summary>
public abstract class TellingHost(bool postgres) : ReportHost
{
    protected override void Configure(FixtureSettings settings)
    {
        base.Configure(settings);
        settings.Postgres = postgres;
        settings.Settings["Backbone:Credit:Grading:Minutes"] = "0";
        settings.Settings["Backbone:Credit:Webhooks:Networks:0"] = "127.0.0.0/8";
        settings.Settings["Backbone:Credit:Webhooks:Seconds"] = "2";
    }

    internal static JsonObject Form(string? entity, string target, params string[] changes) => new()
    {
        ["entity"] = entity,
        ["purpose"] = "supervision",
        ["basis"] = "国办发〔2026〕8号",
        ["target"] = target,
        ["changes"] = new JsonArray([.. changes.Select(one => JsonValue.Create(one))]),
    };

    internal static async Task<string> SecretAsync(HttpClient program)
    {
        using var answer = await program.PostAsync(new Uri(Subscribe.Path + "/secret", UriKind.Relative), null);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return ReportHost.Json(await answer.Content.ReadAsByteArrayAsync()).GetProperty("secret").GetString()!;
    }

    internal static async Task<(int Status, JsonElement Body)> PostAsync(HttpClient program, JsonObject form)
    {
        using var content = new StringContent(form.ToJsonString(), Encoding.UTF8, "application/json");
        using var answer = await program.PostAsync(new Uri(Subscribe.Path, UriKind.Relative), content);
        var body = await answer.Content.ReadAsByteArrayAsync();
        return ((int)answer.StatusCode, body.Length == 0 ? default : ReportHost.Json(body));
    }

    internal async Task<T> AskAsync<T>(Func<CreditDb, Task<T>> ask)
    {
        await using var scope = Services.CreateAsyncScope();
        return await ask(scope.ServiceProvider.GetRequiredService<CreditDb>());
    }
}

public sealed class SqliteSubscribeTests(SqliteTellingHost host) : SubscribeTests(host), IClassFixture<SqliteTellingHost>;

public sealed class PostgresSubscribeTests(PostgresTellingHost host) : SubscribeTests(host), IClassFixture<PostgresTellingHost>;

/// <summary>What a program can be told of, what it is told, and how it knows who told it.</summary>
public abstract class SubscribeTests(TellingHost host)
{
    private const string Code = "91370200264574251E";

    [Fact]
    public async Task A_subscribed_program_is_told_that_something_changed_and_where_to_ask_and_never_what()
    {
        await using var receiver = await Receiver.StartAsync();
        var (code, other) = (host.NewCode(), host.NewCode());
        await host.ReportAsync(code, ReportHost.Penalty());
        await host.ReportAsync(other, ReportHost.Penalty());
        await RoundAsync();
        using var program = await host.AskerAsync();
        var secret = await TellingHost.SecretAsync(program);
        var (status, made) = await TellingHost.PostAsync(program, TellingHost.Form(code, receiver.Url, "grade", "facts"));
        Assert.Equal(201, status);

        // Renewed, not doubled.
        var (again, same) = await TellingHost.PostAsync(program, TellingHost.Form(code, receiver.Url, "grade", "facts"));
        Assert.Equal((200, made.GetProperty("id").GetGuid()), (again, same.GetProperty("id").GetGuid()));

        // To a grade that is published at once; one that harms is told of first (PriorNotices).
        string[] more = [ReportHost.Penalty(daysAgo: 5)];
        await host.ReportAsync(other, more);
        await host.ReportAsync(code, more);
        await RoundAsync();

        var came = await receiver.UntilAsync(2);
        Assert.Equal(["credit.facts.changed", "credit.grade.changed"], came.Select(one => one.Type).Order(StringComparer.Ordinal));
        Assert.All(came, one => Assert.True(one.IsSignedBy(secret) && one.Entity == code));
        var grade = came.Single(one => one.Type == "credit.grade.changed");
        Assert.Equal(["ask", "entity", "subscription"], grade.Json.GetProperty("data").EnumerateObject().Select(one => one.Name));
        var ask = grade.Json.GetProperty("data").GetProperty("ask").GetString()!;
        var (answered, told) = await ReportHost.GetAsync(program, ask + "&basis=" + Uri.EscapeDataString("国办发〔2026〕8号"));
        Assert.Equal((HttpStatusCode.OK, "C"), (answered, ReportHost.Json(told).GetProperty("grade").GetString()));
        Assert.All(came, one => Assert.DoesNotContain("penalty", Encoding.UTF8.GetString(one.Body), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Signatures_are_verified_by_code_that_is_not_ours_and_for_a_day_the_former_secret_signs_too()
    {
        var node = RealServers.Node();
        await using var receiver = await Receiver.StartAsync();
        var code = host.NewCode();
        await host.ReportAsync(code, ReportHost.Penalty());
        using var program = await host.AskerAsync();
        var former = await TellingHost.SecretAsync(program);
        var secret = await TellingHost.SecretAsync(program);
        Assert.NotEqual(former, secret);
        await TellingHost.PostAsync(program, TellingHost.Form(code, receiver.Url, "facts"));
        await host.ReportAsync(code, ReportHost.Penalty());

        var came = (await receiver.UntilAsync(1))[0];
        using var stranger = host.NewClient();
        var keys = ReportHost.Json((await ReportHost.GetAsync(stranger, Subscribe.KeysPath)).Body);
        var key = keys.GetProperty("keys")[0].GetString()!;
        Assert.True(came.IsSignedBy(secret) && came.IsSignedBy(former));
        Assert.Equal("true true true", await VerifyAsync(node, came, came.Body, key, secret, former));
        byte[] altered = [.. came.Body[..^1], (byte)' ', (byte)'}'];
        Assert.Equal("false false false", await VerifyAsync(node, came, altered, key, secret, former));
    }

    [Theory]
    [InlineData(Code, "supervision", "law1", "https://x.example/", "grade", 404, "unknown-organisation")]
    [InlineData("", "supervision", "law1", "https://x.example/", "grade", 400, "no-code")]
    [InlineData("92350100M000100Y40", "supervision", "law1", "https://x.example/", "grade", 422, "natural-person")]
    [InlineData(Code, "marketing", "law1", "https://x.example/", "grade", 400, "unknown-purpose")]
    [InlineData(Code, null, "law1", "https://x.example/", "grade", 400, "purpose-required")]
    [InlineData(Code, "supervision", "", "https://x.example/", "grade", 400, "basis-required")]
    [InlineData(Code, "supervision", "law1", "https://x.example/", "everything", 400, "bad-request")]
    [InlineData(Code, "supervision", "law1", "http://x.example/", "grade", 422, "bad-target")]
    [InlineData(Code, "supervision", "law1", "https://user:pass@x.example/", "grade", 422, "bad-target")]
    [InlineData(Code, "supervision", "law1", "https://10.1.2.3/", "grade", 422, "bad-target")]
    [InlineData(Code, "supervision", "law1", "https://[::ffff:169.254.169.254]/", "grade", 422, "bad-target")]
    [InlineData(Code, "supervision", "law1", "file:///etc/passwd", "grade", 422, "bad-target")]
    [InlineData(Code, "supervision", "law1", "/relative", "grade", 422, "bad-target")]
    public async Task What_may_not_be_asked_may_not_be_subscribed_to_and_only_public_https_addresses_are_taken(
        string entity, string? purpose, string basis, string target, string change, int status, string problem)
    {
        using var program = await host.AskerAsync();

        var form = TellingHost.Form(entity, target, change);
        (form["purpose"], form["basis"]) = (purpose, basis);

        var (answered, body) = await TellingHost.PostAsync(program, form);

        Assert.Equal((status, problem), (answered, body.GetProperty("type").GetString()!.Split(':')[^1]));
        Assert.DoesNotContain("92350100M000100Y40", body.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_without_the_scope_may_not_subscribe_and_one_finds_and_ends_its_own_subscriptions_alone()
    {
        var code = host.NewCode();
        await host.ReportAsync(code, ReportHost.Penalty());
        using var reporter = await host.NewProgramAsync("machine", "credit.facts.report", "urn:backbone:api:credit");
        Assert.Equal(403, (await TellingHost.PostAsync(reporter, TellingHost.Form(code, "https://x.example/", "grade"))).Status);

        await host.AskAsync(async db =>
        {
            db.Subscriptions.Add(MessageFlow.Row(code, "https://y.example/", client: "another"));
            return await db.SaveChangesAsync();
        });
        var theirs = await host.AskAsync(db => db.Subscriptions.SingleAsync(one => one.Client == "another" && one.Entity == code));
        using var program = await host.AskerAsync();
        await TellingHost.SecretAsync(program);
        var (_, made) = await TellingHost.PostAsync(program, TellingHost.Form(code, "https://x.example/", "grade"));
        var own = made.GetProperty("id").GetGuid();
        using var notTheirs = await program.DeleteAsync(new Uri($"{Subscribe.Path}/{code}/{theirs.Id:D}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, notTheirs.StatusCode);
        using var ended = await program.DeleteAsync(new Uri($"{Subscribe.Path}/{code}/{own:D}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);

        List<JsonElement> all = [];
        for (var (after, more) = ("", true); more;)
        {
            var page = ReportHost.Json((await ReportHost.GetAsync(program, Subscribe.Path + after)).Body);
            all.AddRange(page.GetProperty("subscriptions").EnumerateArray());
            more = page.TryGetProperty("next", out var next);
            after = more ? "?after=" + next.GetString() : "";
        }

        Assert.Equal("program", all.Single(one => one.GetProperty("id").GetGuid() == own).GetProperty("ending").GetString());
        Assert.DoesNotContain(all, one => one.GetProperty("id").GetGuid() == theirs.Id);
        await host.ReportAsync(code, ReportHost.Penalty("serious", 5));
        Assert.False(await host.AskAsync(db => db.Deliveries.AnyAsync(one => one.Subscription == own)));
    }

    [Fact]
    public async Task The_organisation_finds_the_subscription_among_those_who_looked()
    {
        var code = host.NewCode();
        await host.ReportAsync(code, ReportHost.Penalty());
        using var program = await host.AskerAsync();
        await TellingHost.SecretAsync(program);
        Assert.Equal(201, (await TellingHost.PostAsync(program, TellingHost.Form(code, "https://x.example/", "grade"))).Status);
        using var portal = await host.NewProgramAsync("machine", "audit.usage", "urn:backbone:api:audit");
        portal.DefaultRequestHeaders.Add("X-Road-UserId", "portal");
        portal.DefaultRequestHeaders.Add("Accept-Language", "en");

        // The event is carried to the log and indexed in a moment.
        var usages = default(JsonElement);
        for (var attempt = 0; attempt < 200 && (usages.ValueKind == JsonValueKind.Undefined || usages.GetArrayLength() == 0); attempt++)
        {
            usages = ReportHost.Json((await ReportHost.GetAsync(portal, "/audit/v2/findUsage?userCode=" + code)).Body).GetProperty("usages");
        }

        var usage = usages.EnumerateArray().Single().GetRawText();
        Assert.Contains("subscribed to changes of the organisation", usage, StringComparison.Ordinal);
        Assert.Contains("machine", usage, StringComparison.Ordinal);
    }

    private Task RoundAsync() => host.Services.GetRequiredService<GradeRegularly>().RoundAsync(TestContext.Current.CancellationToken);

    /// <summary>Node's own cryptography: which of the key and the secrets have a signature in the header.</summary>
    internal static async Task<string> VerifyAsync(string node, Received came, byte[] body, string key, string secret, string former)
    {
        const string Script = """
            const c = require('crypto'); const [id, at, all, b64, key, ...secrets] = process.argv.slice(1);
            const text = Buffer.concat([Buffer.from(`${id}.${at}.`), Buffer.from(b64, 'base64')]);
            const has = value => all.split(' ').includes(value);
            const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), Buffer.from(key.slice(5), 'base64')]);
            const pub = c.createPublicKey({ key: spki, format: 'der', type: 'spki' });
            const system = all.split(' ').filter(s => s.startsWith('v1a,')).some(s => c.verify(null, text, pub, Buffer.from(s.slice(4), 'base64')));
            console.log([system, ...secrets.map(s => has('v1,' + c.createHmac('sha256', Buffer.from(s.slice(6), 'base64')).update(text).digest('base64')))].join(' '));
            """;
        var start = new ProcessStartInfo(node) { RedirectStandardOutput = true };
        foreach (var argument in (string[])["-e", Script, came.Id, came.Timestamp, came.Signatures, Convert.ToBase64String(body), key, secret, former])
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return said.Trim();
    }
}
