using System.Security.Cryptography;
using Backbone.Credit.Catalogue;
using Backbone.Credit.Scoring.Packs;

namespace Backbone.Credit.Packs;

/// <summary>A pack by which this host scores; only one that may be approved gets so far.</summary>
/// <param name="Pack">Sound.</param>
/// <param name="Digest">SHA-256 of its file, lower-case hex: with id and version it stands in every answer.</param>
internal sealed record PackInForce(PolicyPack Pack, string Digest)
{
    private const string BuiltIn = "cn-national.yml";

    /// <summary>The national pack beside the program.</summary>
    public static string BuiltInFile => Path.Combine(AppContext.BaseDirectory, "credit", "packs", BuiltIn);

    /// <exception cref="InvalidDataException">It is not there or may not be approved; the message has every finding.</exception>
    public static PackInForce Load(string path, FactCatalogue catalogue) =>
        Read(path, catalogue, out var fault) ?? throw new InvalidDataException(fault);

    /// <summary>Null with what is wrong.</summary>
    public static PackInForce? Read(string path, FactCatalogue catalogue, out string? fault)
    {
        if (!File.Exists(path))
        {
            fault = $"there is no file {path}";
            return null;
        }

        var loaded = LoadPack.File(path, catalogue);
        fault = loaded.MayBeApproved ? null : $"the pack {path} may not be approved: {string.Join("; ", loaded.Faults)}";
        return loaded.MayBeApproved ? new(loaded.Pack!, Convert.ToHexStringLower(SHA256.HashData(loaded.Bytes.AsSpan()))) : null;
    }
}
