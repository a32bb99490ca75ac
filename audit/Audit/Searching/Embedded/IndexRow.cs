namespace Backbone.Audit.Searching.Embedded;

/// <summary>What the index holds of one event: its values by column. Re-used from event to event by its one owner.</summary>
internal sealed class IndexRow
{
    private readonly List<(IndexColumn Column, string? Text, long Bits)> values = [];

    /// <summary>The leaf index.</summary>
    public long Index { get; private set; }

    /// <summary><c>@timestamp</c> in milliseconds since 1970.</summary>
    public long Milliseconds { get; private set; }

    public bool HasTime { get; private set; }

    public IReadOnlyList<(IndexColumn Column, string? Text, long Bits)> Values => values;

    public void Begin(long index)
    {
        values.Clear();
        Index = index;
        Milliseconds = 0;
        HasTime = false;
        Set(IndexColumns.Sequence, index);
    }

    public void SetTime(long milliseconds)
    {
        Milliseconds = milliseconds;
        HasTime = true;
        Set(IndexColumns.Time, milliseconds);
    }

    public void Set(IndexColumn column, string text) => values.Add((column, SqlText.Storable(text), 0));

    public void Set(IndexColumn column, long number) => values.Add((column, null, number));

    public void Set(IndexColumn column, double real) => values.Add((column, null, BitConverter.DoubleToInt64Bits(real)));
}
