using System.Collections.Immutable;

namespace Backbone.Credit.Batch;

/// <summary>
/// The segments of a host, oldest first: one that is whole and newer ones, which say more of some entities and override it there. The folder
/// belongs to one process. What is damaged, unknown or of another store is deleted with everything newer, and the store is asked again from there on.
/// </summary>
internal sealed class SegmentFolder : IDisposable
{
    private const string LockName = "lock";

    private readonly FileStream? held;
    private ImmutableArray<Segment> segments = [];
    private ulong[]?[] overridden = [];

    /// <param name="root">Made when it is not there.</param>
    /// <param name="examine">Whether to read every byte of it; without, names and lengths alone.</param>
    /// <exception cref="IOException">Another process has it.</exception>
    public SegmentFolder(string root, bool examine)
    {
        Root = root;
        Directory.CreateDirectory(root);
        held = new FileStream(Path.Combine(root, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        Open(examine, deletes: true);
    }

    private SegmentFolder(string root)
    {
        Root = root;
        Open(examine: false, deletes: false);
    }

    public string Root { get; }

    public ImmutableArray<Segment> Segments => segments;

    /// <summary>What was deleted when it was opened, and why.</summary>
    public ImmutableArray<string> Dropped { get; private set; } = [];

    /// <summary>As it is now, beside the process that has it; nothing is held and nothing deleted.</summary>
    public static SegmentFolder ForReading(string root) => new(root);

    /// <summary>Up to where the store's records are in it; 0 for an empty folder.</summary>
    public long Known => segments.IsEmpty ? 0 : segments[^1].Manifest.Known;

    /// <summary>Whether a newer segment says more of the row's entity.</summary>
    public bool IsOverridden(int segment, int row) => overridden[segment] is { } bits && (bits[row >> 6] & (1UL << row)) != 0;

    /// <summary>The segment and row that hold for an entity; (-1, -1) when there is none.</summary>
    public (int Segment, int Row) Find(UInt128 entity)
    {
        for (var i = segments.Length - 1; i >= 0; i--)
        {
            if (segments[i].Find(entity) is >= 0 and var row)
            {
                return (i, row);
            }
        }

        return (-1, -1);
    }

    /// <summary>Takes a finished segment in; when it is whole, the older ones are deleted.</summary>
    public void Take(string name)
    {
        var segment = new Segment(Root, name);
        if (segment.Manifest.Whole)
        {
            DeleteAll();
        }

        Hold(segments.Add(segment));
    }

    /// <summary>Deletes all segments: the store is asked for everything again.</summary>
    public void DeleteAll()
    {
        foreach (var segment in segments)
        {
            segment.Dispose();
            SealedFolder.Delete(Root, segment.Name);
        }

        Hold([]);
    }

    public void Dispose()
    {
        foreach (var segment in segments)
        {
            segment.Dispose();
        }

        held?.Dispose();
    }

    private void Open(bool examine, bool deletes)
    {
        var names = SealedFolder.Names(Root).ToList();
        var found = new List<Segment>();
        var dropped = ImmutableArray.CreateBuilder<string>();
        foreach (var name in names)
        {
            try
            {
                var segment = new Segment(Root, name);
                if (segment.Manifest.Whole)
                {
                    found.ForEach(older => older?.Dispose());
                    found.Clear();
                    dropped.Clear();
                }

                found.Add(segment);
            }
            catch (Exception fault) when (fault is InvalidDataException or System.Text.Json.JsonException)
            {
                // A whole segment that follows makes it superfluous; otherwise all that is newer rests on it.
                found.Add(null!);
                dropped.Add(fault.Message);
            }
        }

        var sound = found.FindIndex(segment => segment is null || (examine && segment.Damaged() is { IsEmpty: false } files && Tell(segment, files)));
        sound = found.Count > 0 && found[0] is { Manifest.Whole: false } ? 0 : sound;
        foreach (var segment in sound < 0 ? [] : found.Skip(sound).ToArray())
        {
            if (segment is not null)
            {
                segment.Dispose();
            }
        }

        Hold(sound < 0 ? [.. found] : [.. found.Take(sound)]);
        foreach (var name in !deletes ? [] : names.Except(segments.Select(segment => segment.Name)).Where(name => Directory.Exists(Path.Combine(Root, name))))
        {
            SealedFolder.Delete(Root, name);
        }

        Dropped = dropped.ToImmutable();

        bool Tell(Segment segment, ImmutableArray<string> files)
        {
            dropped.Add($"{segment.Name}: other bytes than were written in {string.Join(", ", files)}");
            return true;
        }
    }

    /// <summary>A row is overridden when its entity stands in a newer segment.</summary>
    private void Hold(ImmutableArray<Segment> all)
    {
        segments = all;
        overridden = new ulong[]?[all.Length];
        var entities = new UInt128[4096];
        for (var newer = 1; newer < all.Length; newer++)
        {
            for (var first = 0; first < all[newer].Entities; first += entities.Length)
            {
                var some = entities.AsSpan(0, Math.Min(entities.Length, all[newer].Entities - first));
                all[newer].ReadEntities(first, some);
                for (var older = 0; older < newer; older++)
                {
                    foreach (var entity in some)
                    {
                        if (all[older].Find(entity) is >= 0 and var row)
                        {
                            (overridden[older] ??= new ulong[(all[older].Entities + 63) / 64])[row >> 6] |= 1UL << row;
                        }
                    }
                }
            }
        }
    }
}
