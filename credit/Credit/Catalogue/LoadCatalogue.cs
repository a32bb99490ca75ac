using Backbone.Platform.Yaml;

namespace Backbone.Credit.Catalogue;

/// <summary>Reads the catalogue of fact types beside the program.</summary>
internal static class LoadCatalogue
{
    /// <summary>The name of a catalogue's file, beside the program or beside packs that have one of their own.</summary>
    public const string FileName = "fact-types.yml";

    public static string BuiltInFile => Path.Combine(AppContext.BaseDirectory, "credit", "catalogue", FileName);

    /// <summary>The catalogue beside a pack, such as a fitted one has; the program's where there is none.</summary>
    /// <exception cref="InvalidDataException">The catalogue is faulty; every failure is in the message.</exception>
    public static FactCatalogue Beside(string folder) =>
        Path.Combine(folder, FileName) is var own && System.IO.File.Exists(own) ? File(own) : File(BuiltInFile);

    /// <exception cref="InvalidDataException">The catalogue is faulty; every failure is in the message.</exception>
    public static FactCatalogue File(string path)
    {
        var failures = new List<YamlFailure>();
        var map = YamlSource.Read(Path.GetFileName(path), System.IO.File.ReadAllBytes(path), failures);
        var catalogue = map is null ? null : ReadCatalogue.Read(map, failures);
        return catalogue is not null && failures.Count == 0
            ? catalogue
            : throw new InvalidDataException($"The catalogue of fact types is faulty. {string.Join(" ", failures)}");
    }
}
