using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Backbone.Testing;
using Microsoft.Playwright;

namespace Backbone.Browser.Tests.Pages;

/// <summary>Objections and repairs: an organisation files them, two credit officers decide. The people and the organisation are the demonstration's.</summary>
internal sealed class CaseScenes(BrowserWorld world, Album album)
{
    private const string Code = "93379999MADEMA035Y";

    /// <summary>An organisation with a fact, of which nobody objects to anything.</summary>
    private const string Plain = "91379999MADEMA027A";
    private const string Objections = "/credit/my/objections";
    private const string Repairs = "/credit/my/repairs";

    private static readonly byte[] Pdf = Encoding.ASCII.GetBytes("%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\ntrailer << /Root 1 0 R >>\n%%EOF\n");

    private readonly TellingScenes telling = new(world, album, Code);

    public async Task LookAsync()
    {
        await world.ForgetCodesAsync();
        await using var person = await album.OpenAsync();
        await person.RegisterAsync(world, "李明");
        await person.GoAsync(new Uri(world.Portal, "/account/real-name"));
        await person.FillAsync("name", "李明");
        await person.FillAsync("number", "379999198506180037");
        await person.SendFormOfAsync("number");
        await person.GoAsync(new Uri(world.Portal, "/organisations/register"));
        await person.FillAsync("code", Code);
        await person.SendFormOfAsync("code");
        await person.GoAsync(new Uri(world.Portal, "/acting"));
        await person.PressAsync($"main form:has(input[value='{Code}']) button");
        await album.VisitAsync(person, "/credit/my", "my-credit");
        await album.VisitAsync(person, Objections, "objections-none");
        await album.VisitAsync(person, Repairs, "repairs-none");
        await using var first = await album.OpenAsync();
        await first.SignInAsync(world, world.Account("credit-1"), "/console");
        await album.VisitAsync(first, "/console", "console-of-a-credit-officer");
        await album.VisitAsync(first, "/console/credit/objections", "desk-none");
        await telling.NobodyAsync(person, first);
        await using var second = await album.OpenAsync();
        await second.SignInAsync(world, world.Account("credit-2"), "/console");
        var facts = new[] { await ReportAsync(1, 200), await ReportAsync(2, 10), await ReportAsync(3, 220) };
        await FormsAsync(person, facts);
        var objection = await FileAsync(person, Objections, facts[0]);
        await album.LookAsync(person, "objection-filed");
        await album.VisitAsync(person, $"{Objections}/new?fact={facts[0]}", "objection-open-already");
        await DeskOfObjectionAsync(first, second, objection);
        await album.VisitAsync(person, $"{Objections}/{objection}", "objection-upheld");
        await OtherEndsAsync(person, first, second, facts[2]);
        await RepairAsync(person, first, second, facts[0]);
        await album.VisitAsync(person, Objections);
        await album.VisitAsync(first, "/console/credit/objections?show=closed", "desk-closed");
        await album.VisitAsync(first, "/console/credit/repairs");
        await ReportAsync(4, 40, Plain);
        await new EntityScenes(world, album).LookAsync(first, Code, Plain);
        await new SealedScenes(world, album).LookAsync(person, first, second, Code);
    }

    private async Task FormsAsync(WatchedPage page, string[] facts)
    {
        await album.VisitAsync(page, Objections, "objections-possible");
        await album.VisitAsync(page, Repairs, "repairs-possible");
        await album.VisitAsync(page, $"{Objections}/new?fact={facts[0]}", "objection-new");
        await page.SendFormOfAsync("grounds");
        await album.LookAsync(page, "objection-empty");
        await page.Page.FillAsync("#grounds", "379999198506180037");
        await page.Page.SetInputFilesAsync("#evidence", new FilePayload { Name = "a.txt", MimeType = "application/pdf", Buffer = [1, 2, 3] });
        await page.SendFormOfAsync("grounds");
        await album.LookAsync(page, "objection-wrong-file");
        await album.VisitAsync(page, $"{Repairs}/new?fact={facts[1]}", "repair-too-early");
        await album.VisitAsync(page, $"{Repairs}/new?fact={facts[0]}", "repair-new");
        await page.Page.FillAsync("#grounds", "罚款已缴清，问题已整改。");
        await page.SendFormOfAsync("grounds");
        await album.LookAsync(page, "repair-without-material");
    }

    /// <summary>Looked at, sent on, proposed with faults and without, refused to the proposer, sent back, proposed and approved.</summary>
    private async Task DeskOfObjectionAsync(WatchedPage first, WatchedPage second, string id)
    {
        var address = $"/console/credit/cases/{Code}/{id}";
        await album.VisitAsync(first, "/console/credit/objections", "desk-objections");
        await album.VisitAsync(first, address, "desk-objection");
        await PressAsync(first, "refer");
        await album.LookAsync(first, "desk-without-reasons");
        await StepAsync(first, address, "refer", "请原处罚机关核查。");
        await album.LookAsync(first, "desk-referred");
        await first.Page.FillAsync("#reason", "379999198506180037");
        await PressAsync(first, "reject");
        await album.LookAsync(first, "desk-reason-of-a-person");
        await first.GoAsync(new Uri(world.Portal, address));
        await first.PressAsync("#remedy-correction");
        await first.Page.FillAsync("#reason", "核对了决定书。");
        await PressAsync(first, "propose");
        await album.LookAsync(first, "desk-correction-same");
        await first.Page.FillAsync("#fact-amount", "x");
        await PressAsync(first, "propose");
        await album.LookAsync(first, "desk-correction-wrong");
        await first.Page.FillAsync("#fact-amount", "1200");
        await PressAsync(first, "propose");
        await album.LookAsync(first, "desk-proposed");
        await first.Page.EvaluateAsync("document.querySelector('button[value=return]').value = 'approve'");
        await PressAsync(first, "approve");
        await album.LookAsync(first, "desk-same-person");
        await album.VisitAsync(first, "/console/credit/objections?show=second", "desk-second");
        await StepAsync(second, address, "return", "请再核对一次。");
        await album.LookAsync(second, "desk-returned");
        await StepAsync(first, address, "propose", "判决书撤销了原处罚。");
        await album.VisitAsync(second, address, "desk-to-approve");
        var file = await second.Page.GetAttributeAsync("#said a", "href");
        await PressAsync(second, "approve");
        await album.LookAsync(second, "desk-approved");
        await album.VisitAsync(second, file!, "desk-file-sealed");
    }

    /// <summary>One rejected, one taken back.</summary>
    private async Task OtherEndsAsync(WatchedPage person, WatchedPage first, WatchedPage second, string fact)
    {
        var rejected = await FileAsync(person, Objections, fact);
        await StepAsync(first, $"/console/credit/cases/{Code}/{rejected}", "reject", "处罚决定仍然有效。");
        await album.LookAsync(first, "desk-rejected");
        await album.VisitAsync(person, $"{Objections}/{rejected}", "objection-rejected");
        var back = await FileAsync(person, Objections, fact);
        await second.GoAsync(new Uri(world.Portal, $"/console/credit/cases/{Code}/{back}"));
        await person.PressAsync("form[action$='/take-back'] button");
        await album.LookAsync(person, "objection-taken-back");
        await second.Page.FillAsync("#reason", "请核查。");
        await PressAsync(second, "refer");
        await album.LookAsync(second, "desk-changed-meanwhile");
    }

    private async Task RepairAsync(WatchedPage person, WatchedPage first, WatchedPage second, string withdrawn)
    {
        await album.VisitAsync(person, $"{Repairs}/new?fact={withdrawn}", "repair-of-what-left");
        var fact = await ReportAsync(4, 230);
        await telling.AskAsync(first);
        var id = await FileAsync(person, Repairs, fact);
        await album.LookAsync(person, "repair-filed");
        await album.VisitAsync(person, $"{Repairs}/new?fact={fact}", "repair-open-already");
        await person.GoAsync(new Uri(world.Portal, $"{Repairs}/{id}"));
        await person.PressAsync("form[action$='/take-back'] button");
        await album.LookAsync(person, "repair-taken-back");
        id = await FileAsync(person, Repairs, fact);
        await album.VisitAsync(first, $"/console/credit/cases/{Code}/{id}", "desk-repair");
        await PressAsync(first, "accept");
        await album.LookAsync(first, "desk-accepted");
        await album.VisitAsync(person, $"{Repairs}/{id}", "repair-accepted");
        await ExtendAsync(person, first, second, id);
        await first.Page.FillAsync("#reason", "证明齐全。");
        await PressAsync(first, "propose");
        await album.LookAsync(first, "desk-repair-proposed");
        await StepAsync(second, $"/console/credit/cases/{Code}/{id}", "approve", null);
        await album.VisitAsync(person, $"{Repairs}/{id}", "repair-granted");
        await telling.LookAsync(person, first, $"{Repairs}/{id}");
        id = await FileAsync(person, Repairs, await ReportAsync(5, 240));
        await StepAsync(first, $"/console/credit/cases/{Code}/{id}", "reject", "缺少履行证明。");
        await album.VisitAsync(person, $"{Repairs}/{id}", "repair-rejected");
        id = await FileAsync(person, Repairs, await ReportAsync(6, 250));
        await album.VisitAsync(person, Repairs);
        await ClocksAsync(person, id);
        await new SupervisionScenes(world, album).LookAsync(person, first, second, Code, id, $"{Repairs}/{id}");
    }

    /// <summary>More time for an accepted repair: asked for wrongly, taken, and tried again from a page of before.</summary>
    private async Task ExtendAsync(WatchedPage person, WatchedPage first, WatchedPage second, string id)
    {
        var address = $"/console/credit/cases/{Code}/{id}";
        await first.GoAsync(new Uri(world.Portal, address));
        await PressAsync(first, "extend");
        await album.LookAsync(first, "desk-extension-empty");
        await second.GoAsync(new Uri(world.Portal, address));
        foreach (var officer in (WatchedPage[])[first, second])
        {
            await officer.Page.FillAsync("#days", "5");
            await officer.Page.FillAsync("#extend-reason", "请原处罚机关补充材料。");
        }

        await PressAsync(first, "extend");
        await album.LookAsync(first, "desk-extended");
        await second.Page.EvaluateAsync("document.querySelectorAll('main input[name=seen]').forEach(field => field.value = Number(field.value) + 1)");
        await PressAsync(second, "extend");
        await album.LookAsync(second, "desk-not-extended");
        await album.VisitAsync(person, $"{Repairs}/{id}", "repair-extended");
    }

    /// <summary>Due today, overdue, and due in a year whose holidays nobody knows: days that no page brings about.</summary>
    private async Task ClocksAsync(WatchedPage page, string id)
    {
        var today = Day(0);
        Assert.Equal(1, await world.AlterAsync($"UPDATE cases SET DueOn = '{today}' WHERE Id = (SELECT Id FROM cases ORDER BY FiledAt DESC LIMIT 1)"));
        await album.VisitAsync(page, $"{Repairs}/{id}", "repair-due-today");
        Assert.Equal(1, await world.AlterAsync($"UPDATE cases SET DueOn = '{Day(-20)}', RunsFrom = '2129-01-01', OverdueAt = FiledAt WHERE Id = (SELECT Id FROM cases ORDER BY FiledAt DESC LIMIT 1)"));
        Assert.Equal(1, await world.AlterAsync(
            "INSERT INTO case_steps (Entity, Id, \"Case\", Act, At, \"By\", IsOrganisation, Reason) "
            + "SELECT Entity, randomblob(16), Id, 'case-overdue', FiledAt, NULL, 0, '' FROM cases ORDER BY FiledAt DESC LIMIT 1"));
        await album.VisitAsync(page, $"{Repairs}/{id}", "repair-overdue");
    }

    private static string Day(int days) => DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(8)).AddDays(days)
        .ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private async Task<string> FileAsync(WatchedPage page, string list, string fact)
    {
        await page.GoAsync(new Uri(world.Portal, $"{list}/new?fact={fact}"));
        await page.Page.FillAsync("#grounds", "处罚决定已被撤销。\n附判决书。");
        foreach (var field in list == Repairs ? (string[])["performance", "commitment"] : ["evidence"])
        {
            await page.Page.SetInputFilesAsync("#" + field, new FilePayload { Name = "a.pdf", MimeType = "application/pdf", Buffer = Pdf });
        }

        await page.SendFormOfAsync("grounds");
        await page.Page.WaitForURLAsync(address => new Uri(address).Query == "?done=filed");
        return page.Path.Split('/')[^1];
    }

    private async Task StepAsync(WatchedPage officer, string address, string act, string? reason)
    {
        await officer.GoAsync(new Uri(world.Portal, address));
        if (reason is not null)
        {
            await officer.Page.FillAsync("#reason", reason);
        }

        await PressAsync(officer, act);
    }

    private static Task PressAsync(WatchedPage officer, string act) => officer.PressAsync($"main button[name=act][value={act}]");

    /// <summary>A penalty of so many days ago, as an authority's program reports it; its id.</summary>
    private async Task<string> ReportAsync(int number, int daysAgo, string code = Code)
    {
        using var client = new HttpClient { BaseAddress = world.Portal };
        var secret = (string)world.Host.Ready["clients"]!.AsArray().Single(one => (string?)one!["id"] == "machine")!["secret"]!;
        using var form = new FormUrlEncodedContent(
        [
            new("grant_type", "client_credentials"), new("client_id", "machine"), new("client_secret", secret), new("scope", "credit.facts.report"),
            new("resource", "urn:backbone:api:credit"),
        ]);
        using var granted = await client.PostAsync(new Uri("/connect/token", UriKind.Relative), form);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer", (string)JsonNode.Parse(await granted.Content.ReadAsStringAsync())!["access_token"]!);
        var fact = new JsonObject
        {
            ["key"] = string.Create(CultureInfo.InvariantCulture, $"album-{number}"),
            ["entity"] = code,
            ["type"] = "penalty",
            ["class"] = "general",
            ["amount"] = 12_000,
            ["document"] = string.Create(CultureInfo.InvariantCulture, $"济市监处罚〔2026〕{number}号"),
            ["authority"] = "济南市市场监督管理局",
            ["basis"] = "食品安全法 第一百二十四条",
            ["decided"] = Day(-daysAgo),
        };
        using var content = new StringContent(fact.ToJsonString(), Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        using var answer = await client.PostAsync(new Uri("/credit/v1/facts", UriKind.Relative), content);
        return (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["id"]!;
    }
}
