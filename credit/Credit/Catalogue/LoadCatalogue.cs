using Backbone.Platform.Yaml;

namespace Backbone.Credit.Catalogue;

/// <summary>Reads the catalogue of fact types beside the program.</summary>
internal static class LoadCatalogue
{
    public static string BuiltInFile => Path.Combine(AppContext.BaseDirectory, "credit", "catalogue", "fact-types.yml");

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
