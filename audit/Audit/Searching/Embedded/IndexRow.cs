namespace Backbone.Audit.Searching.Embedded;

/// <summary>One value of a row: a text below <see cref="IndexRow.TextOf"/>, or 64 bits.</summary>
internal readonly record struct RowValue(IndexColumn Column, int Start, int Length, long Bits);

/// <summary>What the index holds of one event: its values by column, texts in UTF-8. Re-used from event to event by its one owner.</summary>
internal sealed class IndexRow
{
    private readonly List<RowValue> values = [];
    private readonly Utf8Text texts = new();

    /// <summary>The leaf index.</summary>
    public long Index { get; private set; }

    /// <summary><c>@timestamp</c> in milliseconds since 1970.</summary>
    public long Milliseconds { get; private set; }

    public bool HasTime { get; private set; }

    /// <summary>The same column may stand twice; then the later one counts.</summary>
    public IReadOnlyList<RowValue> Values => values;

    public ReadOnlySpan<byte> TextOf(in RowValue value) => texts.Span.Slice(value.Start, value.Length);

    public void Begin(long index)
    {
        values.Clear();
        texts.Clear();
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

    public void Set(IndexColumn column, ReadOnlySpan<byte> text)
    {
        values.Add(new RowValue(column, texts.Length, text.Length, 0));
        texts.Add(text);
    }

    public void Set(IndexColumn column, long number) => values.Add(new RowValue(column, 0, 0, number));

    public void Set(IndexColumn column, double real) => values.Add(new RowValue(column, 0, 0, BitConverter.DoubleToInt64Bits(real)));
}
