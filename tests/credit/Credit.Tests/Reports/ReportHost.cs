using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Backbone.Platform.Entities;
using Backbone.Testing;

namespace Backbone.Credit.Tests.Reports;

/// <summary>One host for the tests of reports; each test has an organisation of its own, or says why not.</summary>
public class ReportHost : BackboneFixture
{
    private const string Resource = "urn:backbone:api:credit";

    private int codes;
    private int keys;

    protected override void Configure(FixtureSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        settings.Demo = true;
    }

    internal Task<HttpClient> AskerAsync() => this.NewProgramAsync("machine", "credit.read", Resource);

    /// <summary>Reports facts as an authority does. Each is JSON without key and entity; answers the keys.</summary>
    internal async Task<string[]> ReportAsync(string entity, params string[] facts)
    {
        using var agency = await this.NewProgramAsync("machine", "credit.facts.report", Resource);
        string[] sent = [.. facts.Select(_ => string.Create(CultureInfo.InvariantCulture, $"f-{Interlocked.Increment(ref keys)}"))];
        var batch = string.Join('\n', facts.Select((fact, at) => $$"""{"key":"{{sent[at]}}","entity":"{{entity}}",{{fact}}}"""));
        using var content = new StringContent(batch, Encoding.UTF8, "application/x-ndjson");
        using var answer = await agency.PostAsync(new Uri("/credit/v1/facts", UriKind.Relative), content);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return sent;
    }

    internal static string Penalty(string category = "general", int daysAgo = 30, int amount = 12_000) =>
        $"\"type\":\"penalty\",\"class\":\"{category}\",\"amount\":{amount},\"document\":\"济市监处罚〔2026〕1号\""
        + $",\"authority\":\"济南市市场监督管理局\",\"basis\":\"食品安全法 第一百二十四条\",\"decided\":\"{Day(daysAgo)}\"";

    internal static string EnvironmentalGrade(string value, int daysAgo = 30) =>
        $"\"type\":\"environmental-grade\",\"value\":\"{value}\",\"document\":\"鲁环信用〔2026〕1号\""
        + $",\"authority\":\"山东省生态环境厅\",\"basis\":\"企业环境信用评价办法（试行）\",\"decided\":\"{Day(daysAgo)}\"";

    internal static string Withdrawal(string about) => $"\"kind\":\"withdrawal\",\"about\":\"{about}\",\"reason\":\"依据被撤销\"";

    internal static string Day(int daysAgo) =>
        DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(8)).AddDays(-daysAgo).ToString("O", CultureInfo.InvariantCulture);

    /// <summary>An organisation that no other test uses.</summary>
    internal string NewCode() => EntityCode.Compose("91370100", string.Create(CultureInfo.InvariantCulture, $"MA{Interlocked.Increment(ref codes):D6}")).ToString();

    internal static string Query(string purpose = "supervision", string? more = null) =>
        $"?purpose={purpose}&basis={Uri.EscapeDataString("国办发〔2026〕8号")}{more}";

    internal static async Task<(HttpStatusCode Status, byte[] Body)> GetAsync(HttpClient client, string address)
    {
        using var answer = await client.GetAsync(new Uri(address, UriKind.Relative));
        return (answer.StatusCode, await answer.Content.ReadAsByteArrayAsync());
    }

    internal static JsonElement Json(byte[] body)
    {
        using var document = JsonDocument.Parse(body);
        return document.RootElement.Clone();
    }
}
