using System.Net;
using System.Text;
using Backbone.Credit.Packs;
using Backbone.Credit.Packs.Desk;
using Backbone.Credit.Packs.Keeping;
using Backbone.Credit.Storage;
using Backbone.Credit.Tests.Cases;
using Backbone.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Credit.Tests.Packs.Keeping;

/// <summary>The pages of packs as three people use them, one after the other and against the rules.</summary>
public sealed class PackPagesTests : IAsyncLifetime
{
    private BackboneFixture backbone = null!;
    private ScriptlessBrowser author = null!;
    private ScriptlessBrowser first = null!;
    private ScriptlessBrowser second = null!;

    private static string Today => PackProse.Day(ChinaDay.Today(TimeProvider.System));

    public async ValueTask InitializeAsync()
    {
        backbone = await BackboneFixture.StartAsync(settings => settings.Demo = true);
        author = await SignInAsync("policy-1");
        first = await SignInAsync("policy-2");
        second = await SignInAsync("policy-3");
    }

    public async ValueTask DisposeAsync()
    {
        author?.Dispose();
        first?.Dispose();
        second?.Dispose();
        await backbone.DisposeAsync();
    }

    [Fact]
    public async Task A_pack_goes_from_one_persons_file_over_two_others_into_force_at_the_pages()
    {
        Assert.Contains("没有经过批准", author.Page.QuerySelector("#in-force")!.TextContent, StringComparison.Ordinal);
        var address = await HandInAsync(PacksHost.Pack(2));
        Assert.Contains("另外两人", author.Page.QuerySelector(".banner")!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain(author.Page.QuerySelectorAll("button"), button => button.GetAttribute("value") == "approve");
        Assert.Contains("points (None)", author.Page.QuerySelector("#changes")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("每条 −30 分", author.Page.QuerySelector("#says")!.TextContent, StringComparison.Ordinal);

        await first.GoAsync(address);
        await first.SubmitAsync(new Dictionary<string, string>(), "approve");
        Assert.DoesNotContain(first.Page.QuerySelectorAll("button"), button => button.GetAttribute("value") == "approve");
        await second.GoAsync(address);
        await second.SubmitAsync(new Dictionary<string, string>(), "approve");
        Assert.Contains("施行中", second.Page.QuerySelector("#state")!.TextContent, StringComparison.Ordinal);

        await author.GoAsync(PackPaths.List);
        Assert.Contains("内容和签名相符", author.Page.QuerySelector("#in-force")!.TextContent, StringComparison.Ordinal);
        await author.GoAsync(address.Replace(PackPaths.List, PackPaths.Files, StringComparison.Ordinal) + "/pack");
        Assert.Equal(PacksHost.Pack(2), author.Body);
        await author.GoAsync(address.Replace(PackPaths.List, PackPaths.Files, StringComparison.Ordinal) + "/signature");
        Assert.Contains($"in-force-from {Today}", author.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_handed_it_in_is_refused_whatever_they_send_and_so_is_an_older_page()
    {
        var address = await HandInAsync(PacksHost.Pack(2));
        Assert.Equal(HttpStatusCode.Forbidden, await CaseHost.PostAsync(author, address, ("act", "approve"), ("seen", "0")));
        await second.GoAsync(address);
        await first.GoAsync(address);
        await first.SubmitAsync(new Dictionary<string, string>(), "approve");
        Assert.Equal(HttpStatusCode.Forbidden, await CaseHost.PostAsync(first, address, ("act", "approve"), ("seen", "1")));

        await second.SubmitAsync(new Dictionary<string, string> { ["reason"] = "不同意" }, "refuse");
        Assert.Contains("其间", second.Page.QuerySelector(".banner")!.TextContent, StringComparison.Ordinal);
        await second.SubmitAsync(new Dictionary<string, string> { ["reason"] = "" }, "refuse");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, second.Status);
        await second.SubmitAsync(new Dictionary<string, string> { ["reason"] = "依据不足" }, "refuse");
        Assert.Contains("依据不足", second.Page.QuerySelector("#history")!.TextContent, StringComparison.Ordinal);
        Assert.Null(second.Page.QuerySelector("#decide"));
    }

    [Fact]
    public async Task A_faulty_file_is_answered_with_every_place_and_what_is_sent_is_never_a_fault_of_ours()
    {
        await author.GoAsync(PackPaths.New);
        await SendAsync(PacksHost.Pack(2).Replace("shape: recency", "shape: magic", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, author.Status);
        Assert.Contains("magic", author.Page.QuerySelector("#faults")!.TextContent, StringComparison.Ordinal);
        await SendAsync(PacksHost.Pack(2), reason: "11010519491231002X");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, author.Status);
        Assert.DoesNotContain("<h1>500", author.Body, StringComparison.Ordinal);
        foreach (var bytes in (byte[][])[[], [0, 1, 2, 255], new byte[(64 << 10) + 1], Encoding.UTF8.GetBytes("a: [")])
        {
            await author.GoAsync(PackPaths.New);
            await author.SubmitAsync(new Dictionary<string, string> { ["from"] = Today, ["reason"] = "试" }, form: "/new", files: [new("file", "x<y>.yml", bytes)]);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, author.Status);
        }

        await using var scope = backbone.Services.CreateAsyncScope();
        Assert.Equal(0, await scope.ServiceProvider.GetRequiredService<CreditDb>().Packs.CountAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Who_decides_about_one_organisation_has_no_pages_of_rules()
    {
        using var officer = new ScriptlessBrowser(backbone.Address);
        await officer.SignInAsync(backbone.Address, backbone.Account("credit-1"));
        await officer.GoAsync(PackPaths.List);
        Assert.Equal(HttpStatusCode.Forbidden, officer.Status);
        await author.GoAsync("/console/credit/objections");
        Assert.Equal(HttpStatusCode.Forbidden, author.Status);
    }

    private async Task<string> HandInAsync(string pack)
    {
        await author.GoAsync(PackPaths.New);
        await SendAsync(pack);
        Assert.True(author.Status == HttpStatusCode.OK, author.Page.QuerySelector("main")?.TextContent);
        return author.Address.AbsolutePath;
    }

    private Task SendAsync(string pack, string reason = "试点") => author.SubmitAsync(
        new Dictionary<string, string> { ["from"] = Today, ["reason"] = reason }, form: "/new", files: [new("file", "pack.yml", Encoding.UTF8.GetBytes(pack))]);

    private async Task<ScriptlessBrowser> SignInAsync(string name)
    {
        var browser = new ScriptlessBrowser(backbone.Address);
        await browser.SignInAsync(backbone.Address, backbone.Account(name));
        await browser.GoAsync(PackPaths.List);
        Assert.Equal("评价规则包", browser.Heading);
        return browser;
    }
}
