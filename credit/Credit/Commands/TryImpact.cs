using System.Globalization;
using System.Security.Cryptography;
using Backbone.Credit.Batch;
using Backbone.Credit.Catalogue;
using Backbone.Credit.Grading;
using Backbone.Credit.Packs;
using Backbone.Credit.Packs.Comparing;
using Backbone.Credit.Profiles;
using Backbone.Credit.Scoring.Kernel;
using Backbone.Credit.Scoring.Packs;
using Backbone.Credit.Storage;
using Backbone.Platform.Web;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Credit.Commands;

/// <summary>
/// What <c>host credit pack impact</c> does: scores all organisations of the host's segments by two packs, beside the running host, and says who moves
/// between grades. Nothing is kept.
/// </summary>
public sealed class TryImpact
{
    private readonly IServiceScopeFactory scopes;
    private readonly FactCatalogue catalogue;
    private readonly BackboneOptions platform;

    internal TryImpact(IServiceScopeFactory scopes, FactCatalogue catalogue, BackboneOptions platform) => (this.scopes, this.catalogue, this.platform) = (scopes, catalogue, platform);

    /// <param name="before">File of the pack in force.</param>
    /// <param name="after">File of the other.</param>
    /// <param name="purpose">A purpose of both.</param>
    /// <param name="output">Where to.</param>
    /// <param name="cancellation">Nothing is told then.</param>
    /// <returns>0; 1 when something could not be read or compared.</returns>
    public async Task<int> RunAsync(string before, string after, string purpose, TextWriter output, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (ComparePacks.Read(before, output) is not { Pack: not null } former || ComparePacks.Read(after, output) is not { Pack: not null } now)
        {
            return 1;
        }

        var root = platform.PathOf("credit", "grading");
        var found = new List<(Shard Shard, SegmentFolder Segments)>();
        var aside = Directory.CreateTempSubdirectory("backbone-impact-");
        try
        {
            foreach (var folder in Directory.Exists(root) ? Directory.GetDirectories(root).Order(StringComparer.Ordinal) : Enumerable.Empty<string>())
            {
                if (Shard.Parse(Path.GetFileName(folder)) is { } shard && Directory.Exists(Path.Combine(folder, "segments")))
                {
                    found.Add((shard, SegmentFolder.ForReading(Path.Combine(folder, "segments"))));
                }
            }

            var filled = found.Where(one => !one.Segments.Segments.IsEmpty).ToList();
            if (filled.Count == 0)
            {
                await output.WriteLineAsync($"{root}: there is no segment; a host makes them in its first minute (Backbone:Credit:Grading)");
                return 1;
            }

            var day = filled.SelectMany(one => one.Segments.Segments).Max(segment => segment.Manifest.FedFor);
            await using var scope = scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<CreditDb>();
            var impact = await PackImpact.OfAsync(
                [.. filled.Select(one => (one.Segments, ReadProfiles.OfShard(db, one.Shard)))], Plan(former, day, purpose), Plan(now, day, purpose), aside.FullName, cancellation);
            Tell(impact, day, output);
            return 0;
        }
        catch (Exception fault) when (fault is PackException or InvalidDataException or InvalidOperationException or IOException || StoreAway.Is(fault))
        {
            await output.WriteLineAsync(fault.Message);
            return 1;
        }
        finally
        {
            found.ForEach(one => one.Segments.Dispose());
            aside.Delete(recursive: true);
        }
    }

    private ScorePlan Plan(LoadedPack pack, DateOnly day, string purpose) =>
        new(CompilePack.For(pack.Pack!, catalogue.Types, day, purpose), Convert.ToHexStringLower(SHA256.HashData(pack.Bytes.AsSpan())));

    private static void Tell(PackImpact impact, DateOnly day, TextWriter output)
    {
        var stay = impact.Moves.Where(move => move.Before == move.After).Sum(move => move.Count);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{impact.Entities:N0} organisations on {day:O}; {stay:N0} keep their grade, {impact.Entities - stay:N0} have another"));
        foreach (var move in impact.Moves)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {move.Before} -> {move.After}: {move.Count:N0}"));
        }

        Tell("by province (digits of the code)", impact.ByRegion, group => group, output);
        Tell("by registering department and class", impact.ByDepartment, group => group, output);
        Tell("by section of industry (GB/T 4754)", impact.BySection, group => group.Length == 0 ? ProfileGroups.Section(group) : $"{group} {ProfileGroups.Section(group)}", output);
        Tell("by size", impact.BySize, ProfileGroups.Size, output);
        Tell("by age", impact.ByAge, ProfileGroups.Age, output);
    }

    private static void Tell(string heading, IEnumerable<GroupMoves> groups, Func<string, string> named, TextWriter output)
    {
        output.WriteLine(heading);
        foreach (var group in groups)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  {named(group.Group)}: {group.All:N0}, better {group.Better:N0} ({100.0 * group.Better / group.All:F1} %), worse {group.Worse:N0} ({100.0 * group.Worse / group.All:F1} %)"));
        }
    }
}
