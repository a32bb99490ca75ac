using System.Globalization;
using Backbone.Credit.Catalogue;
using Backbone.Credit.Packs;
using Backbone.Credit.Packs.Comparing;

namespace Backbone.Credit.Commands;

/// <summary>What <c>host credit pack diff</c> does. 0 all well, 1 when something could not be read or compared.</summary>
public static class ComparePacks
{
    /// <summary>Says in words what is other in the newer pack.</summary>
    public static int Diff(string before, string after, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (Read(before, output) is not { Pack: { } former } || Read(after, output) is not { Pack: { } now })
        {
            return 1;
        }

        var changes = PackDiff.Of(former, now);
        foreach (var change in changes)
        {
            output.WriteLine(change);
        }

        output.WriteLine(changes.IsEmpty ? "the packs mean the same" : string.Create(CultureInfo.InvariantCulture, $"{changes.Length} changes"));
        return 0;
    }

    /// <summary>Null when it is no pack that can be tried; the faults are told then.</summary>
    internal static LoadedPack? Read(string path, TextWriter output)
    {
        if (!File.Exists(path))
        {
            output.WriteLine($"{path}: there is no such file");
            return null;
        }

        var pack = LoadPack.File(path, LoadCatalogue.Beside(Path.GetDirectoryName(Path.GetFullPath(path))!));
        if (pack.MayBeTried)
        {
            return pack;
        }

        foreach (var fault in pack.Faults)
        {
            output.WriteLine($"{pack.File}: {fault}");
        }

        return null;
    }
}
