using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Backbone.Audit.Log.Tree;

namespace Backbone.Audit.Searching.Embedded;

/// <summary>
/// Makes a row of a leaf. One owner, one thread. A leaf that is no event of ours (it is in the log all the same) becomes a row without values,
/// at the time of the event before it: the index must come past whatever the log holds.
/// </summary>
internal sealed class ReadLeaf
{
    /// <summary>ECS <c>ignore_above</c>, in UTF-16 units.</summary>
    private const int LongestKeyword = 1_024;

    private readonly StringBuilder han = new();
    private readonly StringBuilder other = new();
    private readonly StringBuilder own = new();
    private readonly List<string> list = [];
    private long newest;

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
            row.Set(IndexColumns.Hash, HashOf(leaf));
            return false;
        }
    }

    private static string HashOf(ReadOnlySpan<byte> leaf)
    {
        Span<byte> hash = stackalloc byte[TreeHash.Bytes];
        TreeHash.Leaf(leaf).CopyTo(hash);
        return Convert.ToHexStringLower(hash);
    }

    private void Fill(IndexRow row, long index, ReadOnlySpan<byte> leaf)
    {
        row.Begin(index);
        row.Set(IndexColumns.Hash, HashOf(leaf));
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
            row.Set(IndexColumns.HanWords, han.ToString());
        }

        if (other.Length > 0)
        {
            row.Set(IndexColumns.OtherWords, other.ToString());
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
                    ReadArray(ref reader, field, row);
                    break;
                default:
                    ReadValue(ref reader, field?.Column, row);
                    break;
            }
        }
    }

    private void ReadArray(ref Utf8JsonReader reader, FieldTree? field, IndexRow row)
    {
        var column = field?.Column;
        if (column?.Form == ColumnForm.List)
        {
            list.Clear();
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
                case JsonTokenType.String when column?.Form == ColumnForm.List:
                    var text = reader.GetString()!;
                    AppendWords(text);
                    if (text.Length <= LongestKeyword)
                    {
                        list.Add(text);
                    }

                    break;
                default:
                    ReadValue(ref reader, column, row);
                    break;
            }
        }

        if (column?.Form == ColumnForm.List && ValueList.Join(list) is { } joined)
        {
            row.Set(column, joined);
        }
    }

    private void ReadValue(ref Utf8JsonReader reader, IndexColumn? column, IndexRow row)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String when column?.Form == ColumnForm.Words:
                own.Clear();
                WordText.Append(own, reader.GetString()!);
                row.Set(column, own.ToString());
                break;
            case JsonTokenType.String:
                var text = reader.GetString()!;
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

    private static void SetText(IndexColumn? column, string text, IndexRow row)
    {
        switch (column?.Form)
        {
            case ColumnForm.Text when text.Length <= LongestKeyword:
                row.Set(column, text);
                break;
            case ColumnForm.List when text.Length <= LongestKeyword:
                row.Set(column, ValueList.Entry(text));
                break;
            case ColumnForm.Address when IPAddress.TryParse(text, out var address):
                row.Set(column, IndexColumns.Hex(address));
                break;
            case ColumnForm.Time when DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time):
                if (column == IndexColumns.Time)
                {
                    row.SetTime(time.ToUnixTimeMilliseconds());
                }
                else
                {
                    row.Set(column, time.ToUnixTimeMilliseconds());
                }

                break;
        }
    }

    private void AppendWords(string text)
    {
        // Which of the two a text belongs to is known only once its words are.
        var start = other.Length;
        if (WordText.Append(other, text))
        {
            han.Append(other, start, other.Length - start);
            other.Length = start;
        }
    }
}
