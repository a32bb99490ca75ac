using System.Collections.Immutable;
using Backbone.Credit.Scoring.Kernel;

namespace Backbone.Credit.Batch;

/// <summary>
/// The scores of all entities by one pack for one day and purpose: 7 bytes each, in the order of the segments' rows. Written whole or not at all;
/// until a newer set is there, the former one holds. For all threads.
/// </summary>
internal sealed class ScoreColumns : IDisposable
{
    /// <summary>The grade of a row whose entity stands in a newer segment.</summary>
    public const byte Elsewhere = 255;

    public const string PointsFile = "points.i32";
    public const string GradeFile = "grade.u8";
    public const string NextFile = "next-change.u16";

    private readonly string folder;
    private readonly Column<int> points;
    private readonly Column<byte> grade;
    private readonly Column<ushort> next;
    private readonly long[] firstRow;

    /// <exception cref="InvalidDataException">Its manifest is not its own, or a file has not its length.</exception>
    public ScoreColumns(string root, string name)
    {
        (Name, folder) = (name, Path.Combine(root, name));
        Manifest = SealedFolder.Read(root, name, ManifestJson.Default.ScoreManifest);
        if (Manifest.Format != ScoreManifest.CurrentFormat)
        {
            throw new InvalidDataException($"{name} has format {Manifest.Format}; this program reads {ScoreManifest.CurrentFormat}");
        }

        points = new(Path.Combine(folder, PointsFile), Manifest.Rows);
        grade = new(Path.Combine(folder, GradeFile), Manifest.Rows);
        next = new(Path.Combine(folder, NextFile), Manifest.Rows);
        firstRow = new long[Manifest.Segments.Length + 1];
        for (var i = 0; i < Manifest.Segments.Length; i++)
        {
            firstRow[i + 1] = firstRow[i] + Manifest.Segments[i].Rows;
        }
    }

    public string Name { get; }

    public ScoreManifest Manifest { get; }

    /// <summary>The newest set below a folder whose manifest and lengths are right; null when there is none.</summary>
    /// <param name="examine">Whether every byte is read, too.</param>
    public static ScoreColumns? Newest(string root, bool examine)
    {
        foreach (var name in SealedFolder.Names(root).Reverse())
        {
            try
            {
                var scores = new ScoreColumns(root, name);
                if (!examine || scores.Damaged().IsEmpty)
                {
                    return scores;
                }

                scores.Dispose();
            }
            catch (Exception fault) when (fault is InvalidDataException or System.Text.Json.JsonException)
            {
                // Scores are computed again from facts; an older set that is sound is better than none until then.
            }
        }

        return null;
    }

    /// <summary>The score of an entity; null when these segments have none of it.</summary>
    public Score? Find(SegmentFolder segments, UInt128 entity)
    {
        var (segment, row) = segments.Find(entity);
        return segment < 0 ? null : this[segment, row];
    }

    public Score this[int segment, int row] => new(points[firstRow[segment] + row], grade[firstRow[segment] + row], next[firstRow[segment] + row]);

    /// <summary>Copies rows of a segment.</summary>
    public void Read(int segment, int first, Span<int> intoPoints, Span<byte> intoGrade, Span<ushort> intoNext)
    {
        points.Read(firstRow[segment] + first, intoPoints);
        grade.Read(firstRow[segment] + first, intoGrade);
        next.Read(firstRow[segment] + first, intoNext);
    }

    /// <summary>Whether it was made of exactly these segments.</summary>
    public bool IsOf(SegmentFolder segments) => Manifest.Segments.Select(segment => segment.Name).SequenceEqual(segments.Segments.Select(segment => segment.Name));

    /// <summary>Files with other bytes than were written.</summary>
    public ImmutableArray<string> Damaged() => ColumnDigests.Differing(folder, Manifest.Digests);

    public void Dispose()
    {
        points.Dispose();
        grade.Dispose();
        next.Dispose();
    }
}
