using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Backbone.Audit.Outbox;
using Backbone.Credit.Cases;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Storage;
using Backbone.Platform.Entities;
using Backbone.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Backbone.Credit.Tests.Cases;

/// <summary>A host with one organisation, whose representative and two credit officers are signed in, and an agency that reports facts about it.</summary>
public abstract class CaseHost(bool postgres) : IAsyncLifetime
{
    public const string OtherCode = "91379999MADEMA027A";

    private const string OtherName = "李明";
    private const string OtherNumber = "379999198506180037";

    private HttpClient? agency;
    private int keys;

    public BackboneFixture Backbone { get; private set; } = null!;

    internal static EntityCode Organisation { get; } = EntityCode.Parse(Enterprises.Code);

    internal ScriptlessBrowser Enterprise { get; private set; } = null!;

    /// <summary>The representative of another organisation, who also holds the power to look for this one.</summary>
    internal ScriptlessBrowser Other { get; private set; } = null!;

    internal ScriptlessBrowser First { get; private set; } = null!;

    internal ScriptlessBrowser Second { get; private set; } = null!;

    /// <summary>The day of China.</summary>
    internal static DateOnly Today => ChinaDay.Today(TimeProvider.System);

    public async ValueTask InitializeAsync()
    {
        Backbone = await BackboneFixture.StartAsync(settings => (settings.Demo, settings.Postgres) = (true, postgres));
        await StartedAsync();
        agency = await Backbone.NewProgramAsync("machine", "credit.facts.report", "urn:backbone:api:credit");
        Enterprise = new ScriptlessBrowser(Backbone.Address);
        await Enterprise.RepresentAsync(Backbone.Address, Backbone.Account(DemonstrationPeople.CitizenByPhone));
        Other = new ScriptlessBrowser(Backbone.Address);
        await Other.RepresentAsync(Backbone.Address, Backbone.Account(DemonstrationPeople.CitizenByMail), OtherName, OtherNumber, OtherCode);
        await Enterprise.GoAsync($"/organisations/{Enterprises.Code}/mandates/new");
        await Enterprise.SubmitAsync(new Dictionary<string, string>
        {
            ["contact"] = DemonstrationPeople.CitizenByMail,
            ["name"] = OtherName,
            ["power"] = "credit/view",
        });
        Assert.Equal($"/organisations/{Enterprises.Code}", Enterprise.Address.AbsolutePath);
        First = await OfficerAsync("credit-1");
        Second = await OfficerAsync("credit-2");
    }

    /// <summary>The host runs; nothing was done with it.</summary>
    protected virtual Task StartedAsync() => Task.CompletedTask;

    /// <summary>Nothing more is done with the host.</summary>
    protected virtual void Stopped()
    {
    }

    public async ValueTask DisposeAsync()
    {
        Stopped();
        agency?.Dispose();
        Enterprise?.Dispose();
        Other?.Dispose();
        First?.Dispose();
        Second?.Dispose();
        GC.SuppressFinalize(this);
        await Backbone.DisposeAsync();
    }

    /// <summary>Somebody who may look at the organisation's pages and nothing else.</summary>
    internal async Task<ScriptlessBrowser> AgentAsync()
    {
        var agent = new ScriptlessBrowser(Backbone.Address);
        await agent.SignInAsync(Backbone.Address, Backbone.Account(DemonstrationPeople.CitizenByMail));
        await agent.ActForAsync(Enterprises.Code);
        return agent;
    }

    /// <summary>A form that stands on no page of theirs, sent with the token of the page they are at.</summary>
    internal static async Task<HttpStatusCode> PostAsync(ScriptlessBrowser browser, string path, params (string Name, string Value)[] fields)
    {
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = browser.Cookies, UseProxy = false });
        var token = browser.Page.QuerySelector("input[name=_token]")!.GetAttribute("value")!;
        using var form = new FormUrlEncodedContent([new("_token", token), .. fields.Select(field => KeyValuePair.Create(field.Name, field.Value))]);
        using var answer = await client.PostAsync(new Uri(browser.Address, path), form);
        return answer.StatusCode;
    }

    /// <summary>A penalty of so many days ago; its id.</summary>
    internal async Task<Guid> FactAsync(int daysAgo = 200, string code = Enterprises.Code, string category = "general")
    {
        var line = string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"key":"case-{{Interlocked.Increment(ref keys)}}","entity":"{{code}}","type":"penalty","class":"{{category}}","amount":12000,"document":"济市监处罚〔2026〕{{keys}}号","authority":"济南市市场监督管理局","basis":"食品安全法 第一百二十四条","decided":"{{Today.AddDays(-daysAgo):yyyy-MM-dd}}"}""");
        using var content = new StringContent(line, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        using var answer = await agency!.PostAsync(new Uri("/credit/v1/facts", UriKind.Relative), content);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, text);
        using var json = JsonDocument.Parse(text);
        return json.RootElement.GetProperty("id").GetGuid();
    }

    /// <summary>Fills in and sends the form about a fact; the case's own page afterwards.</summary>
    internal async Task<Guid> FileAsync(CaseKind kind, Guid fact, string grounds = "处罚决定已被撤销，附判决书。", params ChosenFile[] files)
    {
        await Enterprise.GoAsync($"{CasePaths.MineOf(kind)}/new?fact={fact:D}");
        await Enterprise.SubmitAsync(new Dictionary<string, string> { ["grounds"] = grounds }, files: files);
        Assert.True(Enterprise.Status == HttpStatusCode.OK, Enterprise.Page.QuerySelector("main")?.TextContent);
        Assert.StartsWith(CasePaths.MineOf(kind) + "/", Enterprise.Address.AbsolutePath, StringComparison.Ordinal);
        return Guid.ParseExact(Enterprise.Address.Segments[^1], "D");
    }

    internal static ChosenFile[] Materials() =>
        [new("performance", "proof.pdf", EvidenceFormsTests.Pdf), new("commitment", "承诺书.png", EvidenceFormsTests.Png)];

    /// <summary>Goes to the case's page at the desk and presses a button there.</summary>
    internal static async Task StepAsync(ScriptlessBrowser officer, Guid id, string act, string? reason = null, IReadOnlyDictionary<string, string>? more = null)
    {
        await officer.GoAsync($"{CasePaths.Desk}/cases/{Enterprises.Code}/{id:D}");
        var fields = new Dictionary<string, string>(more ?? new Dictionary<string, string>());
        if (reason is not null)
        {
            fields["reason"] = reason;
        }

        await officer.SubmitAsync(fields, act);
    }

    internal async Task<ReadFact> ReadAsync(Guid fact)
    {
        await using var scope = Backbone.Services.CreateAsyncScope();
        var records = await ReadRecords.OfAsync(scope.ServiceProvider.GetRequiredService<CreditDb>(), Organisation, TestContext.Current.CancellationToken);
        return ReadFacts.AsOf(records.Records, Today, ReadFacts.Now).Single(one => one.Id == fact);
    }

    internal async Task<CaseRow> CaseAsync(Guid id)
    {
        await using var scope = Backbone.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<CreditDb>().Cases.AsNoTracking().SingleAsync(row => row.Entity == Enterprises.Code && row.Id == id);
    }

    internal async Task InDatabaseAsync(Func<CreditDb, Task> work)
    {
        await using var scope = Backbone.Services.CreateAsyncScope();
        await work(scope.ServiceProvider.GetRequiredService<CreditDb>());
    }

    /// <summary>How many events of the log hold both words, once nothing waits for it.</summary>
    internal async Task<int> LoggedAsync(string action, string about)
    {
        // The host's own round may hold the outbox, and bring what is not there yet.
        var relay = Backbone.Services.GetServices<IHostedService>().OfType<OutboxRelay<CreditDb>>().Single();
        for (var waiting = true; waiting;)
        {
            await relay.DrainAsync(TestContext.Current.CancellationToken);
            await InDatabaseAsync(async db => waiting = await db.Outbox.AnyAsync(TestContext.Current.CancellationToken));
        }

        return OpenFile.ReadLog(Backbone.DataDirectory).Split("{\"@timestamp\"").Count(one =>
            one.Contains($"\"{action}\"", StringComparison.Ordinal) && one.Contains(about, StringComparison.Ordinal));
    }

    private async Task<ScriptlessBrowser> OfficerAsync(string name)
    {
        var browser = new ScriptlessBrowser(Backbone.Address);
        await browser.SignInAsync(Backbone.Address, Backbone.Account(name));
        await browser.GoAsync(CasePaths.DeskObjections);
        Assert.Equal("信用异议", browser.Heading);
        return browser;
    }
}
