using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Backbone.Platform.Web.Files;

namespace Backbone.Credit.Batch;

/// <summary>
/// A folder of files that is written aside and appears whole under its last name, or not at all. The name holds a number, which ascends, and the
/// beginning of the manifest's digest, so that another manifest under this name is recognised.
/// </summary>
internal static class SealedFolder
{
    private const string Aside = "aside";
    private const string Manifest = "manifest.json";
    private const int DigestCharacters = 16;

    /// <summary>A new, empty folder to write in. What an interrupted writing left there is gone.</summary>
    public static string Begin(string root)
    {
        var aside = Path.Combine(root, Aside);
        if (Directory.Exists(aside))
        {
            Directory.Delete(aside, recursive: true);
        }

        Directory.CreateDirectory(aside);
        return aside;
    }

    /// <summary>Writes the manifest and gives the folder its name, all on disk when it returns.</summary>
    /// <returns>The folder's name.</returns>
    public static string Finish<TManifest>(string root, TManifest manifest, JsonTypeInfo<TManifest> json)
    {
        var aside = Path.Combine(root, Aside);
        var bytes = JsonSerializer.SerializeToUtf8Bytes(manifest, json);
        using (var file = new FileStream(Path.Combine(aside, Manifest), FileMode.CreateNew, FileAccess.Write, FileShare.None))
        {
            file.Write(bytes);
            file.Flush(flushToDisk: true);
        }

        var last = Names(root).Select(Number).DefaultIfEmpty(0).Max();
        var name = string.Create(CultureInfo.InvariantCulture, $"{last + 1:D10}-{DigestOf(bytes)}");
        DirectorySync.Flush(aside);
        Directory.Move(aside, Path.Combine(root, name));
        DirectorySync.Flush(root);
        return name;
    }

    /// <summary>Names of the finished folders, oldest first.</summary>
    public static IEnumerable<string> Names(string root) => !Directory.Exists(root)
        ? []
        : Directory.EnumerateDirectories(root).Select(path => Path.GetFileName(path)).Where(name => Number(name) > 0).Order(StringComparer.Ordinal);

    /// <exception cref="InvalidDataException">There is no manifest, it is not the one the name was given for, or it is none.</exception>
    public static TManifest Read<TManifest>(string root, string name, JsonTypeInfo<TManifest> json)
    {
        var path = Path.Combine(root, name, Manifest);
        var bytes = File.Exists(path) ? File.ReadAllBytes(path) : throw new InvalidDataException($"{name} has no {Manifest}");
        if (name[(name.IndexOf('-', StringComparison.Ordinal) + 1)..] != DigestOf(bytes))
        {
            throw new InvalidDataException($"{name}/{Manifest} is not the one this name was given for");
        }

        return JsonSerializer.Deserialize(bytes, json) ?? throw new InvalidDataException($"{name}/{Manifest} is empty");
    }

    public static void Delete(string root, string name) => Directory.Delete(Path.Combine(root, name), recursive: true);

    private static long Number(string name) =>
        name.Length == 11 + DigestCharacters && name[10] == '-' && long.TryParse(name.AsSpan(0, 10), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static string DigestOf(ReadOnlySpan<byte> manifest) => Convert.ToHexStringLower(SHA256.HashData(manifest))[..DigestCharacters];
}

/// <summary>How manifests are written.</summary>
[JsonSerializable(typeof(SegmentManifest))]
[JsonSerializable(typeof(ScoreManifest))]
internal sealed partial class ManifestJson : JsonSerializerContext;
