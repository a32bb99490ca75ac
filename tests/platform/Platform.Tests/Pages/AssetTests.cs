using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Backbone.Platform.Web.Assets;
using Backbone.Platform.Web.Pages;

namespace Backbone.Platform.Tests.Pages;

public sealed partial class AssetTests(ShellSite site) : IClassFixture<ShellSite>
{
    [Theory(DisplayName = "RFC 8246: an asset's address holds its hash and is kept for ever")]
    [InlineData("bb.css", "text/css")]
    [InlineData("bb.js", "text/javascript")]
    [InlineData("mark.svg", "image/svg+xml")]
    public async Task An_assets_address_holds_its_hash(string name, string type)
    {
        var path = await PathOf(name);
        using var answer = await site.Send(HttpMethod.Get, path);
        var content = await answer.Content.ReadAsByteArrayAsync();
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(content))[..16], path.Split('/')[2]);
        Assert.Equal(type, answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains("immutable", answer.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        Assert.Contains("Accept-Encoding", answer.Headers.Vary);
    }

    [Fact]
    public async Task A_stale_hash_gets_the_current_content_but_may_not_keep_it()
    {
        using var answer = await site.Send(HttpMethod.Get, "/assets/0000000000000000/bb.css");
        Assert.True(answer.IsSuccessStatusCode);
        Assert.Equal("no-store", answer.Headers.CacheControl!.ToString());
    }

    [Theory(DisplayName = "RFC 9110 12.5.3: the best coding the client takes")]
    [InlineData("gzip, deflate, br", "br")]
    [InlineData("gzip", "gzip")]
    [InlineData("br;q=0, gzip", "gzip")]
    [InlineData("identity", "")]
    public async Task The_best_coding_the_client_takes(string accept, string coding)
    {
        var path = await PathOf("bb.css");
        using var plain = await site.Send(HttpMethod.Get, path);
        using var answer = await site.Send(HttpMethod.Get, path, ("Accept-Encoding", accept));
        Assert.Equal(coding, string.Join(',', answer.Content.Headers.ContentEncoding));
        await using var body = await answer.Content.ReadAsStreamAsync();
        await using Stream open = coding switch
        {
            "br" => new BrotliStream(body, CompressionMode.Decompress),
            "gzip" => new GZipStream(body, CompressionMode.Decompress),
            _ => body,
        };
        using var copy = new MemoryStream();
        await open.CopyToAsync(copy);
        Assert.Equal(await plain.Content.ReadAsByteArrayAsync(), copy.ToArray());
    }

    [Fact(DisplayName = "ui.md 6.5: style sheet below 20 kB, script below 10 kB, compressed")]
    public void Style_sheet_and_script_stay_small()
    {
        Assert.InRange(Read("bb.css").Gzip.Length, 1, 20_000);
        Assert.InRange(Read("bb.js").Gzip.Length, 1, 10_000);
    }

    private static PageAsset Read(string name) => PageAsset.Read(new PageAssetSource(typeof(PageShell).Assembly, name));

    private async Task<string> PathOf(string name) =>
        Address().Matches(await site.Page("/help")).Select(match => match.Groups[1].Value).Single(path => path.EndsWith('/' + name, StringComparison.Ordinal));

    [GeneratedRegex("\"(/assets/[0-9a-f]{16}/[a-z.-]+)\"")]
    private static partial Regex Address();
}
