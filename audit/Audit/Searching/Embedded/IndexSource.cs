using System.Collections.Immutable;

namespace Backbone.Audit.Searching.Embedded;

/// <summary>
/// Writes the FROM part of a query: the rows of some parts that match a search. Parts that cannot hold a match (by time, or because no event in
/// them has the field, or by their <see cref="PairFilter"/>s) are left out; parts that look alike are read together.
/// </summary>
internal sealed class IndexSource(IndexFolder folder, IndexView view, EventSearch search)
{
    private readonly long? from = search.From?.ToUnixTimeMilliseconds();
    private readonly long? to = search.To?.ToUnixTimeMilliseconds();
    private readonly ImmutableArray<ulong> pairs = PairFilter.NeededBy(search.Query);
    private string? inRuns;

    /// <summary>Those that may hold a match.</summary>
    public ImmutableArray<IIndexPart> Parts => [.. view.Parts.Where(part => Condition(part) != KqlConditions.False)];

    /// <summary>Those of <see cref="Parts"/> that are files of which every event matches.</summary>
    public IReadOnlyList<IndexFile> Whole => [.. view.Parts.OfType<IndexFile>().Where(file => Condition(file) == KqlConditions.True)];

    /// <param name="parts">Some of <see cref="Parts"/>, at least one.</param>
    /// <param name="select">What is selected of a part, given the part.</param>
    /// <param name="more">One more condition.</param>
    public string Of(IEnumerable<IIndexPart> parts, Func<IIndexPart, string> select, string more = KqlConditions.True) => string.Join(
        " UNION ALL ",
        parts.Select(part => (Part: part, Select: select(part), Where: KqlConditions.And(Condition(part), more)))
            .GroupBy(one => (one.Select, one.Where, Table: (one.Part as SeenRows)?.Table))
            .Select(group => $"SELECT {group.Key.Select} FROM {group.Key.Table ?? Files(group.Select(one => one.Part))} WHERE {group.Key.Where}"));

    private string Files(IEnumerable<IIndexPart> files) =>
        $"read_parquet([{string.Join(", ", files.Cast<IndexFile>().Select(file => SqlText.Of(folder.PathOf(file))))}])";

    private string Condition(IIndexPart part)
    {
        if (from > part.Latest || to <= part.Earliest)
        {
            return KqlConditions.False;
        }

        return KqlConditions.And(
            from > part.Earliest ? $"{IndexColumns.Time.Quoted} >= {SqlText.Of(from.Value)}" : KqlConditions.True,
            to <= part.Latest ? $"{IndexColumns.Time.Quoted} < {SqlText.Of(to.Value)}" : KqlConditions.True,
            view.Start > part.First ? $"{IndexColumns.Sequence.Quoted} >= {SqlText.Of(view.Start)}" : KqlConditions.True,
            part is SeenRows rows ? $"{IndexColumns.Sequence.Quoted} < {SqlText.Of(rows.End)}" : KqlConditions.True,
            part is IndexFile file && pairs.Length > 0 ? InRuns(file) : KqlConditions.True,
            new KqlConditions(part.Columns).Of(search.Query));
    }

    /// <summary>The same condition for all files that are looked at, so that they are read together.</summary>
    private string InRuns(IndexFile file)
    {
        if (!PairFilter.RunsOf(file, pairs).Any())
        {
            return KqlConditions.False;
        }

        if (inRuns is null)
        {
            var runs = view.Parts.OfType<IndexFile>().SelectMany(one => PairFilter.RunsOf(one, pairs)).Select(SqlText.Of).ToList();
            inRuns = runs.Count * 2 > view.Parts.OfType<IndexFile>().Sum(one => one.Pairs.Length)
                ? KqlConditions.True
                : $"{IndexColumns.Run.Quoted} IN ({string.Join(", ", runs)})";
        }

        return inRuns;
    }
}
