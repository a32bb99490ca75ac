using System.Net;
using Backbone.Credit.Cases;
using Backbone.Credit.Sealed;
using Backbone.Credit.Tests.Sharding;
using Backbone.Testing;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Credit.Tests.Cases;

public sealed class EvidenceDownloadTests(SqliteCaseHost host) : EvidenceDownloadContract(host), IClassFixture<SqliteCaseHost>;

/// <summary>On PostgreSQL, with tables in shards.</summary>
public sealed class ShardedEvidenceDownloadTests(ShardedCaseHost host) : EvidenceDownloadContract(host), IClassFixture<ShardedCaseHost>, IDisposable
{
    private readonly ShardedCaseHost watched = host;

    public void Dispose() => Assert.Empty(watched.Watched.Crossings);
}

/// <summary>What came with a case is had by who may see the case: as a download, each an event; and sealed with the fact once that has left.</summary>
public abstract class EvidenceDownloadContract(CaseHost host)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_organisation_and_the_officers_download_what_was_sent_and_never_see_it_within_the_site()
    {
        var id = await host.FileAsync(CaseKind.Repair, await host.FactAsync(), "罚款已缴清，问题已整改。", CaseHost.Materials());
        await host.Enterprise.GoAsync($"{CasePaths.MyRepairs}/{id:D}");
        await host.First.GoAsync($"{CasePaths.Desk}/cases/{Enterprises.Code}/{id:D}");
        using var agent = await host.AgentAsync();
        await agent.GoAsync($"{CasePaths.MyRepairs}/{id:D}");

        foreach (var browser in (ScriptlessBrowser[])[host.Enterprise, host.First])
        {
            Assert.Equal(2, LinksOf(browser).Length);
            foreach (var (said, bytes, type, end) in ((string, byte[], string, string)[])[("pdf", EvidenceFormsTests.Pdf, "application/pdf", ".pdf"), ("png", EvidenceFormsTests.Png, "image/png", ".png")])
            {
                using var answer = await GetAsync(browser, LinksOf(browser, said).Single());
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                Assert.Equal(bytes, await answer.Content.ReadAsByteArrayAsync(Cancelled));
                Assert.Equal((type, "attachment"), (answer.Content.Headers.ContentType!.ToString(), answer.Content.Headers.ContentDisposition!.DispositionType));
                Assert.Matches($"^{Enterprises.Code}-[0-9a-f]{{32}}\\{end}$", answer.Content.Headers.ContentDisposition.FileName!);
                Assert.Equal(["nosniff"], answer.Headers.GetValues("X-Content-Type-Options"));
                Assert.True(answer.Headers.CacheControl!.NoStore);
                Assert.Contains("default-src 'none'", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
            }
        }

        // Who may look at the organisation's cases sees what was sent with them.
        using var looked = await GetAsync(agent, LinksOf(agent)[0]);
        Assert.Equal(HttpStatusCode.OK, looked.StatusCode);
        Assert.Equal(5, await host.LoggedAsync("case-file-open", $"{id:D}"));
    }

    [Fact]
    public async Task A_file_is_found_by_its_own_organisation_in_its_own_case_and_nowhere_else()
    {
        var one = await host.FileAsync(CaseKind.Objection, await host.FactAsync(), files: [new("evidence", "a.pdf", EvidenceFormsTests.Pdf)]);
        var link = LinksOf(host.Enterprise).Single();
        var file = link.Split('/')[^1];
        var another = await host.FileAsync(CaseKind.Objection, await host.FactAsync(), files: [new("evidence", "b.pdf", EvidenceFormsTests.Pdf)]);
        await host.Other.GoAsync(CasePaths.MyObjections);
        foreach (var (browser, path) in ((ScriptlessBrowser, string)[])
        [
            (host.Other, link), (host.Enterprise, $"{CasePaths.MyObjections}/{another:D}/files/{file}"), (host.Enterprise, $"{CasePaths.MyRepairs}/{one:D}/files/{file}"),
            (host.Enterprise, $"{CasePaths.MyObjections}/{one:D}/files/{Guid.Empty:D}"), (host.Enterprise, $"{CasePaths.MyObjections}/{one:D}/files/x"),
            (host.First, $"{CasePaths.Desk}/files/{CaseHost.OtherCode}/{one:D}/{file}"), (host.First, $"{CasePaths.Desk}/files/{Enterprises.Code}/{another:D}/{file}"),
            (host.First, $"{CasePaths.Desk}/files/{Enterprises.Code}/{one:D}/x"),
        ])
        {
            using var answer = await GetAsync(browser, path);
            Assert.True(answer.StatusCode == HttpStatusCode.NotFound, path);
            Assert.DoesNotContain("%PDF", await answer.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        }

        // At the desk it is the officers' alone: who acts for the organisation is sent to sign in.
        using var stranger = await GetAsync(host.Enterprise, $"{CasePaths.Desk}/files/{Enterprises.Code}/{one:D}/{file}");
        Assert.NotEqual(HttpStatusCode.OK, stranger.StatusCode);
        Assert.Equal(0, await host.LoggedAsync("case-file-open", $"{one:D}") + await host.LoggedAsync("case-file-open", $"{another:D}"));
    }

    [Fact]
    public async Task Once_the_fact_has_left_its_files_are_sealed_with_it_but_for_the_organisation_and_the_two_of_an_opening()
    {
        var id = await host.FileAsync(CaseKind.Repair, await host.FactAsync(), "罚款已缴清，问题已整改。", CaseHost.Materials());
        var own = LinksOf(host.Enterprise)[0];
        var page = $"{CasePaths.Desk}/cases/{Enterprises.Code}/{id:D}";
        await CaseHost.StepAsync(host.First, id, "accept");
        var link = LinksOf(host.First)[0];
        await CaseHost.StepAsync(host.First, id, "propose", "证明齐全。");
        await CaseHost.StepAsync(host.Second, id, "approve");

        await host.First.GoAsync(page);
        Assert.Empty(LinksOf(host.First));
        Assert.Contains("一起封存", host.First.Page.QuerySelector("#said")!.TextContent, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden, HttpStatusCode.OK), (await StatusAsync(host.First, link), await StatusAsync(host.Second, link), await StatusAsync(host.Enterprise, own)));
        Assert.Equal(2, await host.LoggedAsync("case-file-open", "\"sealed\""));

        // Asked for is not opened.
        await host.First.GoAsync(WorkSealed.List);
        await host.First.SubmitAsync(new Dictionary<string, string> { ["entity"] = Enterprises.Code, ["basis"] = "行政诉讼法 第三十四条", ["reason"] = "（2026）鲁01行初13号一案，法院调取。" });
        var opening = host.First.Address.AbsolutePath;
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(host.First, link));
        await host.Second.GoAsync(opening);
        await host.Second.SubmitAsync(new Dictionary<string, string>(), "agree");
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (await StatusAsync(host.First, link), await StatusAsync(host.Second, link)));
        await host.First.GoAsync(page);
        Assert.Equal(2, LinksOf(host.First).Length);

        var number = Guid.ParseExact(opening.Split('/')[^1], "D");
        await host.InDatabaseAsync(async db =>
        {
            var row = await db.SealedOpenings.SingleAsync(one => one.Entity == Enterprises.Code && one.Id == number, Cancelled);
            row.Until = TimeProvider.System.GetUtcNow().AddSeconds(-1);
            await db.SaveChangesAsync(Cancelled);
        });
        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.OK), (await StatusAsync(host.Second, link), await StatusAsync(host.Enterprise, own)));
    }

    [Fact]
    public async Task A_file_that_was_altered_in_the_store_is_not_handed_out()
    {
        var id = await host.FileAsync(CaseKind.Objection, await host.FactAsync(), files: [new("evidence", "a.pdf", EvidenceFormsTests.Pdf)]);
        var link = LinksOf(host.Enterprise).Single();
        await host.InDatabaseAsync(async db =>
        {
            var file = await db.CaseFiles.AsNoTracking().SingleAsync(one => one.Entity == Enterprises.Code && one.Case == id, Cancelled);
            file.Sealed[^1] ^= 1;
            await db.CaseFiles.Where(one => one.Entity == Enterprises.Code && one.Id == file.Id).ExecuteUpdateAsync(set => set.SetProperty(one => one.Sealed, file.Sealed), Cancelled);
        });

        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync(host.Enterprise, link));
        Assert.Equal(0, await host.LoggedAsync("case-file-open", $"{id:D}"));
    }

    /// <param name="said">What the link says of the form.</param>
    private static string[] LinksOf(ScriptlessBrowser browser, string said = "") =>
        [.. browser.Page.QuerySelectorAll("#said a").Where(link => link.TextContent.Contains(said, StringComparison.Ordinal)).Select(link => link.GetAttribute("href")!)];

    private static async Task<HttpStatusCode> StatusAsync(ScriptlessBrowser browser, string path)
    {
        using var answer = await GetAsync(browser, path);
        return answer.StatusCode;
    }

    private static async Task<HttpResponseMessage> GetAsync(ScriptlessBrowser browser, string path)
    {
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = browser.Cookies, UseProxy = false });
        client.DefaultRequestHeaders.TryAddWithoutValidation("Accept", "text/html,*/*;q=0.8");
        return await client.GetAsync(new Uri(browser.Address, path), Cancelled);
    }
}
