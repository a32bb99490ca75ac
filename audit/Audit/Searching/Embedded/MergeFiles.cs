namespace Backbone.Audit.Searching.Embedded;

/// <summary>
/// Makes one file of many: of those of a day that is over, or as soon as there are enough for a full one. Runs beside feeding and searching,
/// once the index has caught up, and is never needed: a merge that fails or is interrupted leaves everything as it was.
/// </summary>
internal sealed class MergeFiles(IndexFolder folder, IndexWriter writer, EmbeddedIndexOptions options, TimeProvider clock)
{
    /// <summary>Twice as many want 25 MB more while a file is written, and less while it is searched.</summary>
    private const int RowGroup = 16_384;

    /// <summary>Neighbours that should be one file; at least two, or none.</summary>
    public IReadOnlyList<IndexFile> Next()
    {
        var today = DayOf(clock.GetUtcNow().ToUnixTimeMilliseconds());
        List<IndexFile> run = [];
        foreach (var file in writer.Files)
        {
            if (run.Count > 0 && (file.First != run[^1].End || DayOf(file.Latest) != DayOf(run[^1].Latest) || RowsOf(run) + file.Rows > options.MergedEvents))
            {
                // Full, or its day is over; before a gap it waits for what belongs between.
                if (run.Count > 1 && file.First == run[^1].End)
                {
                    return run;
                }

                run = [];
            }

            run.Add(file);
        }

        return run.Count > 1 && DayOf(run[^1].Latest) < today ? run : [];
    }

    /// <summary>Makes it. Damage that a source has would become part of a sound file, so each is read in full before.</summary>
    /// <returns>The first source that is damaged; null when all went well.</returns>
    public IndexFile? Merge(IReadOnlyList<IndexFile> several, CancellationToken cancellation)
    {
        if (several.FirstOrDefault(file => !folder.IsIntact(file, cancellation)) is { } damaged)
        {
            return damaged;
        }

        var columns = several.SelectMany(file => file.Columns).ToHashSet();
        var names = string.Join(", ", columns.OrderBy(column => column.Ordinal).Select(column => column.Quoted));
        var paths = string.Join(", ", several.Select(file => SqlText.Of(folder.PathOf(file))));

        // An engine of its own, with one thread, and gone afterwards: the memory of feeding and searching is not touched.
        using var engine = new IndexDatabase(
            folder.Place, new EmbeddedIndexOptions { MemoryMegabytes = options.MemoryMegabytes, Threads = 1, Queries = 1 }, IndexFolder.MergeOverflow);
        var one = new IndexFolder(folder.Place, engine).Write(
            $"SELECT {names} FROM read_parquet([{paths}], union_by_name = true)",
            new IndexFile(several[0].First, several[^1].End, several.Min(file => file.Earliest), several.Max(file => file.Latest), 0, several[^1].LastLeaf, "")
            {
                Pairs = [.. several.SelectMany(file => file.Pairs)],
            },
            columns,
            RowGroup,
            cancellation);
        writer.Replace(several, one);
        return null;
    }

    private static long RowsOf(List<IndexFile> run) => run.Sum(file => file.Rows);

    private static DateOnly DayOf(long milliseconds) =>
        DateOnly.FromDateTime(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).UtcDateTime);
}
