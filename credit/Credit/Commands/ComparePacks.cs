using System.Globalization;
using System.Security.Cryptography;
using Backbone.Credit.Batch;
using Backbone.Credit.Catalogue;
using Backbone.Credit.Packs;
using Backbone.Credit.Packs.Comparing;
using Backbone.Credit.Scoring.Kernel;
using Backbone.Credit.Scoring.Packs;

namespace Backbone.Credit.Commands;

/// <summary>What <c>host credit pack diff</c> and <c>impact</c> do. 0 all well, 1 when something could not be read or compared.</summary>
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

    /// <summary>Scores all organisations of a host's segments by both packs, beside the running host, and says who moves between grades.</summary>
    /// <param name="before">The pack in force.</param>
    /// <param name="after">The other.</param>
    /// <param name="data">The host's data directory.</param>
    /// <param name="purpose">A purpose of both.</param>
    /// <param name="output">Where to.</param>
    public static int Impact(string before, string after, string data, string purpose, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (Read(before, output) is not { Pack: not null } former || Read(after, output) is not { Pack: not null } now)
        {
            return 1;
        }

        var root = Path.Combine(data, "credit", "grading");
        var folders = Directory.Exists(root) ? Directory.EnumerateDirectories(root).Select(shard => Path.Combine(shard, "segments")).Where(Directory.Exists).Order(StringComparer.Ordinal).ToList() : [];
        var segments = new List<SegmentFolder>();
        var aside = Directory.CreateTempSubdirectory("backbone-impact-");
        try
        {
            segments.AddRange(folders.Select(SegmentFolder.ForReading).Where(folder => !folder.Segments.IsEmpty));
            if (segments.Count == 0)
            {
                output.WriteLine($"{root}: there is no segment; a host makes them in its first minute (Backbone:Credit:Grading)");
                return 1;
            }

            var day = segments.SelectMany(folder => folder.Segments).Max(segment => segment.Manifest.FedFor);
            var catalogue = LoadCatalogue.File(LoadCatalogue.BuiltInFile);
            Tell(PackImpact.Of(segments, Plan(former, catalogue, day, purpose), Plan(now, catalogue, day, purpose), aside.FullName, CancellationToken.None), day, output);
            return 0;
        }
        catch (Exception fault) when (fault is PackException or InvalidDataException or InvalidOperationException or IOException)
        {
            output.WriteLine(fault.Message);
            return 1;
        }
        finally
        {
            segments.ForEach(folder => folder.Dispose());
            aside.Delete(recursive: true);
        }
    }

    private static ScorePlan Plan(LoadedPack pack, FactCatalogue catalogue, DateOnly day, string purpose) =>
        new(CompilePack.For(pack.Pack!, catalogue.Types, day, purpose), Convert.ToHexStringLower(SHA256.HashData(pack.Bytes.AsSpan())));

    private static void Tell(PackImpact impact, DateOnly day, TextWriter output)
    {
        var stay = impact.Moves.Where(move => move.Before == move.After).Sum(move => move.Count);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{impact.Entities:N0} organisations on {day:O}; {stay:N0} keep their grade, {impact.Entities - stay:N0} have another"));
        foreach (var move in impact.Moves)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {move.Before} -> {move.After}: {move.Count:N0}"));
        }

        Tell("by province (digits of the code)", impact.ByRegion, output);
        Tell("by registering department and class", impact.ByDepartment, output);
    }

    private static void Tell(string heading, IEnumerable<GroupMoves> groups, TextWriter output)
    {
        output.WriteLine(heading);
        foreach (var group in groups)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  {group.Group}: {group.All:N0}, better {group.Better:N0} ({100.0 * group.Better / group.All:F1} %), worse {group.Worse:N0} ({100.0 * group.Worse / group.All:F1} %)"));
        }
    }

    /// <summary>Null when it is no pack that can be tried; the faults are told then.</summary>
    private static LoadedPack? Read(string path, TextWriter output)
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
