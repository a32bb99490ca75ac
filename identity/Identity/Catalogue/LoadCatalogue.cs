using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Backbone.Platform.Yaml;

namespace Backbone.Identity.Catalogue;

/// <summary>What reading all files came to: a valid catalogue, or every reason why not.</summary>
internal abstract record LoadOutcome
{
    internal sealed record Loaded(CatalogueSnapshot Snapshot) : LoadOutcome;

    internal sealed record Refused(ImmutableArray<YamlFailure> Failures) : LoadOutcome;
}

/// <summary>Reads the built-in folder (<c>sectors.yml scopes.yml apps/ demo/</c>) and the operator's, and checks them as a whole.</summary>
internal static class LoadCatalogue
{
    private const int MostFiles = 2000;

    public static LoadOutcome Load(CatalogueOptions options)
    {
        var failures = new List<YamlFailure>();
        var hashes = new SortedSet<string>(StringComparer.Ordinal);
        var sectors = ReadShared(options, "sectors.yml", ReadWords.Sectors, hashes, failures);
        var scopes = ReadShared(options, "scopes.yml", ReadWords.Scopes, hashes, failures);
        var builtIn = ReadFolder(Path.Combine(options.BuiltInFolder, "apps"), options, false, failures);
        if (options.Demo)
        {
            builtIn.AddRange(ReadFolder(Path.Combine(options.BuiltInFolder, "demo"), options, false, failures));
        }

        var added = options.OperatorFolder is { } folder ? ReadFolder(folder, options, true, failures) : [];
        var apps = Merge(builtIn, added, failures);
        CheckCatalogue.Check(apps, sectors, scopes, failures);
        foreach (var app in apps.Where(app => app is { CanSignIn: true, Secret: not null }))
        {
            if (ClientSecrets.Read(app.Secret!, options.DataDirectory).Wrong is { } wrong)
            {
                failures.Add(new(app.File, "client.secret", wrong, app.Secret!));
            }
        }

        if (failures.Count > 0)
        {
            return new LoadOutcome.Refused([.. failures]);
        }

        hashes.UnionWith(apps.Select(app => $"{app.Id} {app.Hash}"));
        return new LoadOutcome.Loaded(
            new CatalogueSnapshot(apps, sectors, new ScopeCatalogue(scopes), HashOf(Encoding.UTF8.GetBytes(string.Join('\n', hashes)))));
    }

    /// <summary>Every file that counts, secrets too, with its size and time: cheap to compare, changes when any of them does.</summary>
    public static string Fingerprint(CatalogueOptions options)
    {
        var text = new StringBuilder();
        var places = Folders(options).Select(folder => (folder, "*.yml")).Append((Path.Combine(options.DataDirectory, "secrets"), "*.secret"));
        foreach (var (folder, pattern) in places.Where(place => Directory.Exists(place.Item1)))
        {
            foreach (var file in new DirectoryInfo(folder).EnumerateFiles(pattern).OrderBy(file => file.Name, StringComparer.Ordinal))
            {
                text.Append(file.FullName).Append(' ').Append(file.Exists ? file.Length : 0).Append(' ').Append(file.LastWriteTimeUtc.Ticks).Append('\n');
            }
        }

        return text.ToString();
    }

    public static IEnumerable<string> Folders(CatalogueOptions options) =>
        new[] { options.BuiltInFolder, Path.Combine(options.BuiltInFolder, "apps"), Path.Combine(options.BuiltInFolder, "demo"), options.OperatorFolder }
            .OfType<string>();

    private static List<T> ReadShared<T>(
        CatalogueOptions options, string name, Func<YamlMap, IEnumerable<T>> read, SortedSet<string> hashes, List<YamlFailure> failures)
    {
        var path = Path.Combine(options.BuiltInFolder, name);
        if (!File.Exists(path))
        {
            failures.Add(new(name, "(file)", "must exist in the program's catalogue folder", options.BuiltInFolder));
            return [];
        }

        var bytes = File.ReadAllBytes(path);
        hashes.Add($"{name} {HashOf(bytes)}");
        return YamlSource.Read(name, bytes, failures) is { } map ? [.. read(map)] : [];
    }

    private static List<CatalogueApp> ReadFolder(string folder, CatalogueOptions options, bool isOperators, List<YamlFailure> failures)
    {
        if (!Directory.Exists(folder))
        {
            failures.Add(new(isOperators ? "Backbone:Catalogue" : "catalogue", "(folder)", "an existing folder", folder));
            return [];
        }

        var files = Directory.GetFiles(folder, "*.yml").Order(StringComparer.Ordinal).ToList();
        if (files.Count > MostFiles)
        {
            failures.Add(new(folder, "(folder)", $"at most {MostFiles} files", $"{files.Count}"));
            return [];
        }

        var apps = new List<CatalogueApp>();
        foreach (var file in files)
        {
            try
            {
                var name = Path.GetFileName(file);
                var bytes = new FileInfo(file).Length > YamlSource.LargestFile ? new byte[YamlSource.LargestFile + 1] : File.ReadAllBytes(file);
                if (YamlSource.Read(name, bytes, failures) is { } map)
                {
                    apps.Add(ReadApp.Read(map, bytes, options.Addresses));
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                failures.Add(new(Path.GetFileName(file), "(file)", "a readable file", exception.GetType().Name));
            }
        }

        return apps;
    }

    /// <summary>The operator adds apps; a built-in one gives way only to a file that says so (<c>replaces: its-id</c>), the console never.</summary>
    private static List<CatalogueApp> Merge(List<CatalogueApp> builtIn, List<CatalogueApp> added, List<YamlFailure> failures)
    {
        var apps = builtIn.ToDictionary(app => app.Id, StringComparer.Ordinal);
        foreach (var app in added)
        {
            if (app.Replaces is not null && app.Replaces != app.Id)
            {
                failures.Add(new(app.File, "replaces", "the same id as id", app.Replaces));
            }
            else if (apps.ContainsKey(app.Id) && app.Replaces is null)
            {
                failures.Add(new(app.File, "id", $"an id of its own, or replaces: {app.Id} to take the built-in app's place", app.Id));
            }
            else if (app.Replaces is not null && (!apps.TryGetValue(app.Id, out var old) || old.Id == "console"))
            {
                failures.Add(new(app.File, "replaces", "a built-in app other than the console", app.Id));
            }
            else
            {
                apps[app.Id] = app;
            }
        }

        foreach (var app in builtIn.Where(app => app.Replaces is not null))
        {
            failures.Add(new(app.File, "replaces", "only in the operator's folder", app.Replaces!));
        }

        return [.. apps.Values];
    }

    private static string HashOf(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
