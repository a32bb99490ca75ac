using System.Xml.Linq;

namespace Backbone.Architecture.Tests;

/// <summary>The source tree as it lies on disk, without what builds and installs leave in it.</summary>
internal static class Repository
{
    private static readonly string[] Skipped = ["artifacts", "node_modules", "data", "bin", "obj", ".git", "TestResults"];

    public static string Root { get; } = FindRoot();

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    /// <summary>Relative paths with that extension, '/' separated, in order.</summary>
    public static IReadOnlyList<string> Files(string extension) =>
        [.. Walk(Root).Where(path => path.EndsWith(extension, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    /// <summary>Project name to the names of the projects it references.</summary>
    public static IReadOnlyDictionary<string, IReadOnlySet<string>> Graph() => Files(".csproj").ToDictionary(
        path => Path.GetFileNameWithoutExtension(path),
        path => (IReadOnlySet<string>)XDocument.Parse(Read(path)).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(((string)reference.Attribute("Include")!).Replace('\\', '/')))
            .ToHashSet());

    private static IEnumerable<string> Walk(string folder) =>
        Directory.EnumerateFiles(folder).Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Concat(Directory.EnumerateDirectories(folder).Where(inner => !Skipped.Contains(Path.GetFileName(inner))).SelectMany(Walk));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Backbone.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("Backbone.sln is not above the tests.");
        }

        return folder.FullName;
    }
}
