using System.Collections.Frozen;
using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Platform.Web.Assets;

/// <summary>An embedded file a module wants served; see <see cref="PageAssetRegistration"/>.</summary>
internal sealed record PageAssetSource(Assembly Assembly, string Name);

public static class PageAssetRegistration
{
    /// <summary>
    /// Serves the embedded resource whose name ends in <c>.{name}</c> (csproj: <c>&lt;EmbeddedResource Include="SignIn/passkeys.js" /&gt;</c>)
    /// under <c>/assets/{content hash}/{name}</c>. Names are unique over all modules; .css, .js and .svg are known.
    /// </summary>
    public static IServiceCollection AddPageAsset(this IServiceCollection services, Assembly assembly, string name) =>
        services.AddSingleton(new PageAssetSource(assembly, name));
}

/// <summary>Every asset of every module, by name. Immutable after construction; compressed forms are made on first use.</summary>
public sealed class PageAssets
{
    private readonly FrozenDictionary<string, PageAsset> byName;

    public PageAssets(IServiceProvider services) => byName = services.GetServices<PageAssetSource>()
        .Distinct()
        .ToFrozenDictionary(source => source.Name, PageAsset.Read);

    internal PageAsset Find(string name) => TryFind(name)
        ?? throw new InvalidOperationException($"No page asset '{name}'. Register it with services.AddPageAsset(assembly, \"{name}\").");

    internal PageAsset? TryFind(string name) => byName.GetValueOrDefault(name);

    internal IEnumerable<PageAsset> All => byName.Values;
}

/// <summary>One file as it is sent.</summary>
internal sealed class PageAsset
{
    private readonly Lazy<byte[]> brotli;
    private readonly Lazy<byte[]> gzip;

    private PageAsset(string name, byte[] content)
    {
        Name = name;
        Content = content;
        Hash = Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 8));
        brotli = new(() => Compress(to => new BrotliStream(to, CompressionLevel.SmallestSize)));
        gzip = new(() => Compress(to => new GZipStream(to, CompressionLevel.SmallestSize)));
    }

    public string Name { get; }

    public byte[] Content { get; }

    /// <summary>64 bits of the content's SHA-256 in hex: two contents of one name never share an address.</summary>
    public string Hash { get; }

    public string Path => $"/assets/{Hash}/{Name}";

    public byte[] Brotli => brotli.Value;

    public byte[] Gzip => gzip.Value;

    public string ContentType => System.IO.Path.GetExtension(Name) switch
    {
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        _ => throw new InvalidOperationException($"Page asset '{Name}': only .css, .js and .svg have a content type here."),
    };

    public static PageAsset Read(PageAssetSource source)
    {
        var resource = Array.Find(
            source.Assembly.GetManifestResourceNames(),
            candidate => candidate == source.Name || candidate.EndsWith('.' + source.Name, StringComparison.Ordinal))
            ?? throw new InvalidOperationException($"Page asset '{source.Name}' is not embedded in {source.Assembly.GetName().Name}.");
        using var stream = source.Assembly.GetManifestResourceStream(resource)!;
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return new PageAsset(source.Name, copy.ToArray());
    }

    private byte[] Compress(Func<Stream, Stream> open)
    {
        using var to = new MemoryStream();
        using (var through = open(to))
        {
            through.Write(Content);
        }

        return to.ToArray();
    }
}
