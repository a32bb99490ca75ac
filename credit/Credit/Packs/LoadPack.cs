using System.Collections.Immutable;
using Backbone.Credit.Catalogue;
using Backbone.Credit.Scoring.Packs;
using Backbone.Platform.Yaml;

namespace Backbone.Credit.Packs;

/// <summary>A pack as it was read, and everything that is wrong with it.</summary>
/// <param name="Pack">Null when it could not be read at all.</param>
/// <param name="Bytes">The file: what is hashed and signed.</param>
internal sealed record LoadedPack(string File, PolicyPack? Pack, ImmutableArray<byte> Bytes, ImmutableArray<PackFault> Faults)
{
    /// <summary>Nothing is wrong but what only stops an approval.</summary>
    public bool MayBeTried => Pack is not null && Faults.All(fault => fault.StopsApproval);

    public bool MayBeApproved => Pack is not null && Faults.IsEmpty;
}

/// <param name="Place">The file with its line, or the place in the pack.</param>
internal sealed record PackFault(string Place, string Message, bool StopsApproval)
{
    public override string ToString() => $"{Place}: {Message}";
}

/// <summary>Reads and checks the packs of a folder.</summary>
internal static class LoadPack
{
    /// <summary>Files of a folder; the pack is <c>pack.yml</c>, a folder of several packs holds one file each.</summary>
    private const int MostFiles = 200;

    public static ImmutableArray<LoadedPack> Folder(string folder, FactCatalogue catalogue) =>
        [.. Directory.EnumerateFiles(folder, "*.yml").Where(file => Path.GetFileName(file) != LoadCatalogue.FileName).Order(StringComparer.Ordinal).Take(MostFiles).Select(file => File(file, catalogue))];

    public static LoadedPack File(string path, FactCatalogue catalogue)
    {
        var name = Path.GetFileName(path);
        var size = new FileInfo(path).Length;
        var bytes = size > YamlSource.LargestFile ? new byte[YamlSource.LargestFile + 1] : System.IO.File.ReadAllBytes(path);
        return Read(name, bytes, catalogue);
    }

    public static LoadedPack Read(string name, byte[] bytes, FactCatalogue catalogue)
    {
        var failures = new List<YamlFailure>();
        var pack = YamlSource.Read(name, bytes, failures) is { } map ? ReadPack.Read(map) : null;
        if (pack is null || failures.Count > 0)
        {
            return new(name, pack, [.. bytes], [.. failures.Select(failure => new PackFault(failure.File, $"{failure.Key}: {failure.Bound}; found '{failure.Value}'", false))]);
        }

        return new(name, pack, [.. bytes], [.. CheckPack.Find(pack, catalogue.Types).Select(found => new PackFault(found.Place, found.Message, found.StopsApproval))]);
    }
}
