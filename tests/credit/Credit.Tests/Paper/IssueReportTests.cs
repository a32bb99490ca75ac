using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Backbone.Audit.Log.Notes;
using Backbone.Credit.Paper;
using Backbone.Credit.Tests.Reports;
using Backbone.Platform.Web;
using Backbone.Testing;

namespace Backbone.Credit.Tests.Paper;

/// <summary>A report as a PDF: issued, verified by a stranger, and refused when anything of it was changed.</summary>
public sealed class IssueReportTests(IssueReportTests.Issued host) : IClassFixture<IssueReportTests.Issued>
{
    [Fact]
    public async Task Whoever_holds_it_verifies_it_offline_and_by_the_address_on_it_and_the_log_has_it()
    {
        var (file, address) = await host.ReportAsync();
        var path = host.Keep(file);
        using var output = new StringWriter(CultureInfo.InvariantCulture);

        Assert.Equal(0, VerifyCommand.Run(path, null, null, output));

        Assert.Contains("as it was issued, no byte changed", output.ToString(), StringComparison.Ordinal);
        Assert.Contains(Enterprises.Code, output.ToString(), StringComparison.Ordinal);
        var verdict = VerifyPaper.Run(file, null, null);
        Assert.EndsWith(verdict.Id!, address, StringComparison.Ordinal);
        using var stranger = new ScriptlessBrowser(host.Address);
        await stranger.GoAsync(address);
        Assert.Equal((HttpStatusCode.OK, "核对信用报告"), (stranger.Status, stranger.Heading));
        Assert.Contains(Enterprises.Name, stranger.Page.QuerySelector("#issued")!.TextContent, StringComparison.Ordinal);
        Assert.Contains($"--signer {verdict.Signer}", stranger.Page.QuerySelector("code")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("这就是当时出具的报告", await UploadAsync(stranger, address, file), StringComparison.Ordinal);
        Assert.Contains($"审计日志第 {verdict.LogIndex} 条", await UploadAsync(stranger, address, file), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_changed_byte_is_refused_wherever_it_is()
    {
        var (file, address) = await host.ReportAsync();
        var text = Encoding.Latin1.GetString(file);
        var signature = text.LastIndexOf("/Contents <", StringComparison.Ordinal) + "/Contents <".Length;
        var after = text.IndexOf('>', signature);

        for (var at = 0; at < file.Length; at += at < 2000 || at > signature - 2000 ? 61 : 1999)
        {
            var changed = file.ToArray();
            changed[at] ^= 1;
            var verdict = VerifyPaper.Run(changed, null, null);
            Assert.True(verdict.Problem is not null || (at >= signature && at < after), $"byte {at} of {file.Length} was changed and not found");
        }

        Assert.NotNull(VerifyPaper.Run(file.AsSpan(0, file.Length - 1), null, null).Problem);
        Assert.NotNull(VerifyPaper.Run([.. file, (byte)'\n'], null, null).Problem);
        var one = file.ToArray();
        one[300] ^= 1;
        using var stranger = new ScriptlessBrowser(host.Address);
        Assert.Contains("这不是当时出具的报告", await UploadAsync(stranger, address, one), StringComparison.Ordinal);
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        Assert.Equal(1, VerifyCommand.Run(host.Keep(one), null, null, output));
        Assert.Contains("NOT as it was issued", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_key_another_log_and_another_content_under_its_receipt_are_refused()
    {
        var (file, _) = await host.ReportAsync();
        var verdict = VerifyPaper.Run(file, null, null);
        Assert.Null(verdict.Problem);

        Assert.Null(VerifyPaper.Run(file, verdict.Signer, null).Problem);
        Assert.Contains("another key", VerifyPaper.Run(file, new string('0', 64), null).Problem, StringComparison.Ordinal);
        Assert.Contains("no log of the policy", VerifyPaper.Run(file, null, NoteSigner.Ed25519("elsewhere.example/log", RandomNumberGenerator.GetBytes(32)).Key.ToString()).Problem ?? "", StringComparison.Ordinal);

        // Whoever has the key, and not the log, signs another content over an old receipt.
        var key = host.Key;
        var (mine, receipt) = Parts(file);
        var forged = SignPaper.Run([.. mine[..20], .. "%"u8, .. mine[20..]], receipt, key, TimeProvider.System.GetUtcNow());
        Assert.Equal("the log has the issuance of another content", VerifyPaper.Run(forged, null, null).Problem);
        Assert.Null(VerifyPaper.Run(SignPaper.Run(mine, receipt, key, TimeProvider.System.GetUtcNow()), verdict.Signer, null).Problem);
    }

    [Fact]
    public async Task A_digest_is_compared_without_the_file_and_nothing_and_an_unknown_number_are_said()
    {
        var (file, address) = await host.ReportAsync();
        using var stranger = new ScriptlessBrowser(host.Address);
        await stranger.GoAsync(address);
        await stranger.SubmitAsync(new Dictionary<string, string> { ["digest"] = Convert.ToHexStringLower(SHA256.HashData(file)) });
        Assert.Contains("这就是当时出具的报告", stranger.Page.QuerySelector(".banner")!.TextContent, StringComparison.Ordinal);
        await stranger.SubmitAsync(new Dictionary<string, string> { ["digest"] = new string('0', 64) });
        Assert.Contains("这不是当时出具的报告", stranger.Page.QuerySelector(".banner")!.TextContent, StringComparison.Ordinal);
        await stranger.SubmitAsync(new Dictionary<string, string> { ["digest"] = "" });
        Assert.Contains("没有收到文件", stranger.Page.QuerySelector(".banner")!.TextContent, StringComparison.Ordinal);

        await stranger.GoAsync("/credit/verify/" + Guid.CreateVersion7());
        Assert.Equal(HttpStatusCode.NotFound, stranger.Status);
        Assert.Equal("没有以这个编号出具的报告", stranger.Heading);
    }

    [Fact]
    public void Without_a_font_with_Chinese_there_is_none_and_the_cure_is_said()
    {
        using var none = PaperFont.Find(new CreditOptions { PaperFont = "/nowhere/font.ttc" }, new BackboneOptions()).Open();

        Assert.Null(none);
        Assert.Contains("Backbone:Credit:PaperFont", PaperFont.Missing, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_none_is_refused()
    {
        var (file, _) = await host.ReportAsync();

        // A signature that is nested as deep as there is room.
        var nested = file.ToArray();
        var signature = Encoding.Latin1.GetString(file).LastIndexOf("/Contents <", StringComparison.Ordinal) + "/Contents <".Length;
        Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("3080", 1024))).CopyTo(nested, signature);
        Assert.All(
            [nested, [], "%PDF-1.4"u8.ToArray(), RandomNumberGenerator.GetBytes(5000), file[..(file.Length / 2)], [.. file, .. file]],
            bytes => Assert.NotNull(VerifyPaper.Run(bytes, null, null).Problem));
    }

    private static (byte[] Content, byte[] Receipt) Parts(byte[] file)
    {
        var text = Encoding.Latin1.GetString(file);
        var length = int.Parse(text[(text.IndexOf("/BBCRLength ", StringComparison.Ordinal) + 12)..].Split(' ')[0], CultureInfo.InvariantCulture);
        var attached = text.IndexOf("c2sp.org/tlog-proof", StringComparison.Ordinal);
        return (file[..length], Encoding.Latin1.GetBytes(text[attached..text.IndexOf("\nendstream", attached, StringComparison.Ordinal)]));
    }

    private static async Task<string> UploadAsync(ScriptlessBrowser stranger, string address, byte[] file)
    {
        await stranger.GoAsync(address);
        using var form = new MultipartFormDataContent();
        using var token = new StringContent(stranger.Page.QuerySelector("main input[name=_token]")!.GetAttribute("value")!);
        using var pdf = new ByteArrayContent(file);
        pdf.Headers.ContentType = new MediaTypeHeaderValue("application/pdf");
        form.Add(token, "_token");
        form.Add(pdf, "file", "report.pdf");
        using var client = new HttpClient(new SocketsHttpHandler { CookieContainer = stranger.Cookies, UseProxy = false });
        using var answer = await client.PostAsync(stranger.Address, form);
        return await answer.Content.ReadAsStringAsync();
    }

    /// <summary>A host on which the demonstration's organisation has some facts, and its report.</summary>
    public sealed class Issued : IAsyncLifetime
    {
        private readonly ReportHost host = new();
        private readonly string folder = Directory.CreateTempSubdirectory("backbone-paper-").FullName;
        private ScriptlessBrowser? browser;
        private int files;

        public Uri Address => host.Address;

        internal PaperKey Key => Microsoft.Extensions.DependencyInjection.ServiceProviderServiceExtensions.GetRequiredService<PaperKey>(host.Services);

        public async ValueTask InitializeAsync()
        {
            await ((IAsyncLifetime)host).InitializeAsync();
            browser = new ScriptlessBrowser(host.Address);
            await browser.RepresentAsync(host.Address, host.Account(DemonstrationPeople.CitizenByPhone));
            await host.ReportAsync(Enterprises.Code, ReportHost.Penalty(), ReportHost.Penalty("minor", 12, 800), ReportHost.EnvironmentalGrade("yellow"));
        }

        public async ValueTask DisposeAsync()
        {
            browser?.Dispose();
            Directory.Delete(folder, recursive: true);
            await host.DisposeAsync();
        }

        internal string Keep(byte[] file)
        {
            var path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{Interlocked.Increment(ref files)}.pdf"));
            File.WriteAllBytes(path, file);
            return path;
        }

        /// <summary>Downloads it as the page's button does; answers the file and the address that is printed on it.</summary>
        internal async Task<(byte[] File, string Address)> ReportAsync()
        {
            if (PaperFont.Find(new CreditOptions(), new BackboneOptions()).File is null)
            {
                RealServers.Missing("A font with Chinese");
            }

            await browser!.GoAsync("/credit/my/report");
            using var form = new FormUrlEncodedContent(
            [
                new("_token", browser.Page.QuerySelector("form[action='/credit/my/report/pdf'] input[name=_token]")!.GetAttribute("value")!), new("purpose", "supervision"),
            ]);
            using var client = new HttpClient(new SocketsHttpHandler { CookieContainer = browser.Cookies, UseProxy = false });
            using var answer = await client.PostAsync(new Uri(host.Address, "/credit/my/report/pdf"), form);
            var file = await answer.Content.ReadAsByteArrayAsync();
            Assert.True(answer.StatusCode == HttpStatusCode.OK && answer.Content.Headers.ContentType?.MediaType == "application/pdf", Encoding.UTF8.GetString(file));
            return (file, new Uri(host.Address, "/credit/verify/" + VerifyPaper.Run(file, null, null).Id).AbsoluteUri);
        }
    }
}
