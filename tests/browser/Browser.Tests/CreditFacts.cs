using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Backbone.Platform.Entities;
using Microsoft.Data.Sqlite;

namespace Backbone.Browser.Tests;

/// <summary>What happens around an enterprise's pages without a browser: an authority reports facts, a program asks for a grade; and the way to the pages.</summary>
internal static class CreditFacts
{
    private const string Resource = "urn:backbone:api:credit";

    public static string Penalty(string category, int daysAgo, string document) =>
        $"\"type\":\"penalty\",\"class\":\"{category}\",\"amount\":12000,\"document\":\"{document}\",\"authority\":\"济南市市场监督管理局\""
        + $",\"basis\":\"食品安全法 第一百二十四条\",\"decided\":\"{Day(daysAgo)}\"";

    public static string Grade(string type, string value, int daysAgo) =>
        $"\"type\":\"{type}\",\"value\":\"{value}\",\"document\":\"鲁环信用〔2026〕1号\",\"authority\":\"山东省生态环境厅\""
        + $",\"basis\":\"企业环境信用评价办法（试行）\",\"decided\":\"{Day(daysAgo)}\"";

    /// <summary>Of a type that measures nothing.</summary>
    public static string Plain(string type, int daysAgo) =>
        $"\"type\":\"{type}\",\"document\":\"鲁市监〔2026〕9号\",\"authority\":\"山东省市场监督管理局\",\"basis\":\"山东省社会信用条例\",\"decided\":\"{Day(daysAgo)}\"";

    /// <summary>Reported, and taken back by who reported it.</summary>
    public static async Task WithdrawAsync(this BrowserWorld world, string entity, string fact)
    {
        var key = Guid.CreateVersion7();
        await world.SendAsync(
            $$"""{"key":"{{key}}","entity":"{{entity}}",{{fact}}}""",
            $$"""{"key":"{{key}}-2","entity":"{{entity}}","kind":"withdrawal","about":"{{key}}","reason":"依据被撤销"}""");
    }

    public static async Task ReportAsync(this BrowserWorld world, string entity, params string[] facts)
    {
        await world.SendAsync([.. facts.Select(fact => $$"""{"key":"{{Guid.CreateVersion7()}}","entity":"{{entity}}",{{fact}}}""")]);
    }

    public static async Task AskAsync(this BrowserWorld world, string entity, string kind)
    {
        using var asker = await ProgramAsync(world, "credit.read");
        using var answer = await asker.GetAsync(new Uri($"/credit/v1/entities/{entity}/{kind}?purpose=procurement&basis={Uri.EscapeDataString("政府采购法 第二十二条")}", UriKind.Relative));
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>A program makes a secret, then subscribes to the records of an organisation.</summary>
    public static async Task SubscribeAsync(this BrowserWorld world, string entity, string target, Func<Task> between)
    {
        using var asker = await ProgramAsync(world, "credit.read");
        using var secret = await asker.PostAsync(new Uri("/credit/v1/subscriptions/secret", UriKind.Relative), null);
        Assert.True(secret.IsSuccessStatusCode);
        await between();
        using var form = new StringContent(
            $$"""{"entity":"{{entity}}","purpose":"procurement","basis":"政府采购法 第二十二条","target":"{{target}}","changes":["facts"]}""", Encoding.UTF8, "application/json");
        using var answer = await asker.PostAsync(new Uri("/credit/v1/subscriptions", UriKind.Relative), form);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Asks for a grade that is not published.</summary>
    public static async Task RefusedAsync(this BrowserWorld world, string entity, string purpose)
    {
        using var asker = await ProgramAsync(world, "credit.read");
        using var answer = await asker.GetAsync(new Uri($"/credit/v1/entities/{entity}/grade?purpose={purpose}&basis=test", UriKind.Relative));
        Assert.True(answer.StatusCode is System.Net.HttpStatusCode.NotFound or System.Net.HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Proves who they are, registers the organisation and acts for it.</summary>
    public static async Task RepresentAsync(this WatchedPage page, BrowserWorld world, string name, string number, string code)
    {
        await page.RegisterAsync(world, name);
        await page.GoAsync(new Uri(world.Portal, "/account/real-name"));
        await page.FillAsync("name", name);
        await page.FillAsync("number", number + ResidentIdentityNumber.Check(number));
        await page.SendFormOfAsync("number");
        await page.GoAsync(new Uri(world.Portal, "/organisations/register"));
        await page.FillAsync("code", code);
        await page.SendFormOfAsync("code");
        await page.GoAsync(new Uri(world.Portal, "/acting"));
        await page.PressAsync($"main form:has(input[value='{code}']) button");
    }

    private static async Task SendAsync(this BrowserWorld world, params string[] lines)
    {
        using var agency = await ProgramAsync(world, "credit.facts.report");
        using var content = new StringContent(string.Join('\n', lines), Encoding.UTF8, "application/x-ndjson");
        using var answer = await agency.PostAsync(new Uri("/credit/v1/facts", UriKind.Relative), content);
        Assert.True(answer.StatusCode == System.Net.HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
    }

    public static string Day(int daysAgo) =>
        DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(8)).AddDays(-daysAgo).ToString("O", CultureInfo.InvariantCulture);

    /// <summary>What no page and no program brings about, such as days that pass: written into the database by hand.</summary>
    /// <returns>How many rows the last statement wrote.</returns>
    public static async Task<int> AlterAsync(this BrowserWorld world, params string[] statements)
    {
        await using var database = new SqliteConnection($"Data Source={Path.Combine(Path.GetDirectoryName(world.Database)!, "credit", "credit.db")};Pooling=False");
        await database.OpenAsync();
        var written = 0;
        foreach (var statement in statements)
        {
            await using var command = database.CreateCommand();
#pragma warning disable CA2100 // Constant statements of scenes, with days and numbers.
            command.CommandText = statement;
#pragma warning restore CA2100
            written = await command.ExecuteNonQueryAsync();
        }

        return written;
    }

    private static async Task<HttpClient> ProgramAsync(BrowserWorld world, string scope)
    {
        var secret = (string)world.Host.Ready["clients"]!.AsArray().Single(client => (string)client!["id"]! == "machine")!["secret"]!;
        var program = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = world.Portal };
        using var form = new FormUrlEncodedContent(
        [
            new("grant_type", "client_credentials"), new("client_id", "machine"), new("client_secret", secret), new("scope", scope), new("resource", Resource),
        ]);
        using var answer = await program.PostAsync(new Uri("/connect/token", UriKind.Relative), form);
        var token = (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["access_token"]!;
        program.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return program;
    }
}
