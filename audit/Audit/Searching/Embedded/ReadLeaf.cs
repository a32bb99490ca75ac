using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Backbone.Audit.Log.Tree;

namespace Backbone.Audit.Searching.Embedded;

/// <summary>
/// Makes a row of a leaf. One owner, one thread. A leaf that is no event of ours (it is in the log all the same) becomes a row without values,
/// at the time of the event before it: the index must come past whatever the log holds. Texts stay in UTF-8 from the leaf to the column.
/// </summary>
internal sealed class ReadLeaf
{
    /// <summary>ECS <c>ignore_above</c>, in UTF-16 units.</summary>
    private const int LongestKeyword = 1_024;

    private readonly Utf8Text han = new();
    private readonly Utf8Text other = new();
    private readonly Utf8Text own = new();
    private readonly Utf8Text plain = new();
    private readonly ValueListWriter list = new();
    private readonly IndexRow before = new();
    private long newest;

    /// <summary>The leaf that comes next follows on none.</summary>
    public void Forget() => newest = 0;

    /// <summary>The leaf that comes next follows on this one. False when this one is no event, and has no time of its own.</summary>
    public bool Follow(ReadOnlySpan<byte> leaf) => Into(before, 0, leaf);

    /// <summary>Fills the row. False when the leaf could not be read.</summary>
    public bool Into(IndexRow row, long index, ReadOnlySpan<byte> leaf)
    {
        try
        {
            Fill(row, index, leaf);
            newest = row.Milliseconds;
            return true;
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException or FormatException)
        {
            row.Begin(index);
            row.SetTime(newest);
            SetHash(row, leaf);
            return false;
        }
    }

    private static void SetHash(IndexRow row, ReadOnlySpan<byte> leaf)
    {
        Span<byte> hash = stackalloc byte[TreeHash.Bytes];
        TreeHash.Leaf(leaf).CopyTo(hash);
        SetHex(row, IndexColumns.Hash, hash);
    }

    private static void SetHex(IndexRow row, IndexColumn column, ReadOnlySpan<byte> bytes)
    {
        Span<byte> digits = stackalloc byte[TreeHash.Bytes * 2];
        Convert.TryToHexStringLower(bytes, digits, out var written);
        row.Set(column, digits[..written]);
    }

    private void Fill(IndexRow row, long index, ReadOnlySpan<byte> leaf)
    {
        if (!System.Text.Unicode.Utf8.IsValid(leaf))
        {
            throw new JsonException("no UTF-8");
        }

        row.Begin(index);
        SetHash(row, leaf);
        han.Clear();
        other.Clear();
        var reader = new Utf8JsonReader(leaf);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("no object");
        }

        ReadObject(ref reader, FieldTree.Root, row);
        if (!row.HasTime)
        {
            throw new JsonException("no time");
        }

        if (han.Length > 0)
        {
            row.Set(IndexColumns.HanWords, han.Span);
        }

        if (other.Length > 0)
        {
            row.Set(IndexColumns.OtherWords, other.Span);
        }
    }

    private void ReadObject(ref Utf8JsonReader reader, FieldTree? fields, IndexRow row)
    {
        var next = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = fields?.Child(ref reader, ref next);
            reader.Read();
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    ReadObject(ref reader, field, row);
                    break;
                case JsonTokenType.StartArray:
                    ReadArray(ref reader, field?.Column, row);
                    break;
                default:
                    ReadValue(ref reader, field?.Column, row);
                    break;
            }
        }
    }

    private void ReadArray(ref Utf8JsonReader reader, IndexColumn? column, IndexRow row)
    {
        var isList = column?.Form == ColumnForm.List;
        if (isList)
        {
            list.Begin();
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    ReadObject(ref reader, null, row);
                    break;
                case JsonTokenType.StartArray:
                    ReadArray(ref reader, null, row);
                    break;
                case JsonTokenType.String when isList:
                    var text = TextOf(ref reader);
                    AppendWords(text);
                    if (IsKeyword(text))
                    {
                        list.Add(text);
                    }

                    break;
                default:
                    ReadValue(ref reader, column, row);
                    break;
            }
        }

        if (isList && list.Joined is { Length: > 0 } joined)
        {
            row.Set(column!, joined);
        }
    }

    private void ReadValue(ref Utf8JsonReader reader, IndexColumn? column, IndexRow row)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String when column?.Form == ColumnForm.Words:
                own.Clear();
                WordText.Append(own, TextOf(ref reader));
                row.Set(column, own.Span);
                break;
            case JsonTokenType.String:
                var text = TextOf(ref reader);
                AppendWords(text);
                SetText(column, text, row);
                break;
            case JsonTokenType.Number when column?.Form == ColumnForm.Number && reader.TryGetInt64(out var number):
                row.Set(column, number);
                break;
            case JsonTokenType.Number when column?.Form == ColumnForm.Real:
                row.Set(column, reader.GetDouble());
                break;
            case JsonTokenType.True or JsonTokenType.False when column?.Form == ColumnForm.Truth:
                row.Set(column, reader.TokenType == JsonTokenType.True ? 1 : 0);
                break;
        }
    }

    /// <summary>The string the reader stands at; valid until the next one.</summary>
    private ReadOnlySpan<byte> TextOf(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped)
        {
            return reader.ValueSpan;
        }

        plain.Clear();
        plain.CutTo(reader.CopyString(plain.Grow(reader.ValueSpan.Length)));
        if (plain.Span.Contains((byte)0))
        {
            var storable = SqlText.Storable(Encoding.UTF8.GetString(plain.Span));
            plain.Clear();
            plain.Add(storable);
        }

        return plain.Span;
    }

    private static bool IsKeyword(ReadOnlySpan<byte> text) => text.Length <= LongestKeyword || Encoding.UTF8.GetCharCount(text) <= LongestKeyword;

    private void SetText(IndexColumn? column, ReadOnlySpan<byte> text, IndexRow row)
    {
        switch (column?.Form)
        {
            case ColumnForm.Text when IsKeyword(text):
                row.Set(column, text);
                break;
            case ColumnForm.List when IsKeyword(text):
                list.Begin();
                list.Add(text);
                row.Set(column, list.Joined);
                break;
            case ColumnForm.Address when IPAddress.TryParse(text, out var address):
                SetHex(row, column, address.MapToIPv6().GetAddressBytes());
                break;
            case ColumnForm.Time when TryTime(text, out var milliseconds):
                if (column == IndexColumns.Time)
                {
                    row.SetTime(milliseconds);
                }
                else
                {
                    row.Set(column, milliseconds);
                }

                break;
        }
    }

    private static bool TryTime(ReadOnlySpan<byte> text, out long milliseconds)
    {
        // "O" with Z is what every leaf of ours has; the rest is what older or other writers may have put there.
        if (System.Buffers.Text.Utf8Parser.TryParse(text, out DateTimeOffset time, out var used, 'O') && used == text.Length)
        {
            milliseconds = time.ToUnixTimeMilliseconds();
            return true;
        }

        var parsed = DateTimeOffset.TryParse(Encoding.UTF8.GetString(text), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);
        milliseconds = time.ToUnixTimeMilliseconds();
        return parsed;
    }

    private void AppendWords(ReadOnlySpan<byte> text)
    {
        // Which of the two a text belongs to is known only once its words are.
        var start = other.Length;
        if (WordText.Append(other, text))
        {
            han.Add(other.Span[start..]);
            other.CutTo(start);
        }
    }
}
