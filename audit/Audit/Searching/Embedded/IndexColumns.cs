using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Backbone.Audit.Contracts.Fields;

namespace Backbone.Audit.Searching.Embedded;

/// <summary>How a column stands in the files.</summary>
internal enum ColumnForm
{
    /// <summary>As it is.</summary>
    Text,

    /// <summary>All values of a list in one text (<see cref="ValueList"/>): so equal lists share one entry of the file's dictionary.</summary>
    List,

    /// <summary>The words of texts (<see cref="WordText"/>).</summary>
    Words,

    /// <summary>The 16 bytes of an IPv6 address, IPv4 mapped, as 32 hexadecimal digits: their order is that of the addresses.</summary>
    Address,

    Number,

    /// <summary>Milliseconds since 1970.</summary>
    Time,

    Real,

    Truth,

    /// <summary>Bytes of the index's own.</summary>
    Bytes,
}

/// <summary>One column of the index.</summary>
/// <param name="Ordinal">Its place in <see cref="IndexColumns.All"/>.</param>
/// <param name="Name">The field's name; those of the index's own begin with "~".</param>
/// <param name="Form">How values stand in it.</param>
internal sealed record IndexColumn(int Ordinal, string Name, ColumnForm Form)
{
    public string Quoted { get; } = SqlText.Name(Name);

    public string Type => Form switch
    {
        ColumnForm.Number or ColumnForm.Time => "BIGINT",
        ColumnForm.Real => "DOUBLE",
        ColumnForm.Truth => "BOOLEAN",
        ColumnForm.Bytes => "BLOB",
        _ => "VARCHAR",
    };
}

/// <summary>
/// The columns, made from the closed list of fields. Not every file has every column: one in which no event of the file has a value is left
/// out. Identifiers and hashes are texts on purpose: the engine finds nothing by equality in a BLOB column that has a Bloom filter.
/// </summary>
internal static class IndexColumns
{
    /// <summary>Changes whenever the same leaf would give other values; files of another version are made again.</summary>
    public const int Version = 4;

    public const string SequenceField = "event.sequence";
    public const string TimeField = "@timestamp";
    public const string HashField = "event.hash";

    /// <summary>The leaf index; every file has it.</summary>
    public static IndexColumn Sequence { get; }

    /// <summary><c>@timestamp</c>; every file has it.</summary>
    public static IndexColumn Time { get; }

    public static IndexColumn Hash { get; }

    /// <summary>Words of the texts that hold Han characters, those with a column of their own excepted.</summary>
    public static IndexColumn HanWords { get; }

    /// <summary>Words of all other texts, without a Han character.</summary>
    public static IndexColumn OtherWords { get; }

    /// <summary>The <see cref="PairFilter"/> of the events from this row on; in few rows.</summary>
    public static IndexColumn Pairs { get; }

    /// <summary>
    /// Leaf index of the first event of the run that an event belongs to, in files with <see cref="Pairs"/>: the engine passes over what is of none of
    /// several runs, but reads everything for several ranges joined by OR.
    /// </summary>
    public static IndexColumn Run { get; }

    /// <summary>Words of each text field.</summary>
    public static ImmutableArray<IndexColumn> TextWords { get; }

    public static ImmutableArray<IndexColumn> All { get; }

    private static readonly FrozenDictionary<string, IndexColumn> ByName;

    static IndexColumns()
    {
        List<IndexColumn> all = [];
        foreach (var field in EventFields.All.Where(field => field.Name != "event.ingested"))
        {
            Add(field.Name, FormOf(field));
        }

        HanWords = Add("~han", ColumnForm.Words);
        OtherWords = Add("~words", ColumnForm.Words);
        Pairs = Add("~pairs", ColumnForm.Bytes);
        Run = Add("~run", ColumnForm.Number);
        All = [.. all];
        ByName = All.ToFrozenDictionary(column => column.Name, StringComparer.Ordinal);
        Sequence = ByName[SequenceField];
        Time = ByName[TimeField];
        Hash = ByName[HashField];
        TextWords = [.. EventFields.All.Where(field => field.Type == FieldType.Text).Select(field => ByName[field.Name])];

        IndexColumn Add(string name, ColumnForm form)
        {
            all.Add(new IndexColumn(all.Count, name, form));
            return all[^1];
        }
    }

    /// <summary>The field's column, or null when no event can have a value there.</summary>
    public static IndexColumn? Of(EventField field) => Find(field.Name);

    public static IndexColumn? Find(string name) => ByName.GetValueOrDefault(name);

    public static string Hex(IPAddress address) => Convert.ToHexStringLower(address.MapToIPv6().GetAddressBytes());

    /// <summary>A stored value in the form it has in JSON: <see cref="ValueCount.Value"/>.</summary>
    public static string Show(ColumnForm form, FacetKey key) => form switch
    {
        _ when key.Text is "" => "",
        ColumnForm.Number => key.Number.ToString(CultureInfo.InvariantCulture),
        ColumnForm.Time => DateTimeOffset.FromUnixTimeMilliseconds(key.Number).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
        ColumnForm.Real => key.Real.ToString(CultureInfo.InvariantCulture),
        ColumnForm.Truth => key.Number != 0 ? "true" : "false",
        ColumnForm.Address => new IPAddress(Convert.FromHexString(key.Text!)) is { IsIPv4MappedToIPv6: true } mapped
            ? mapped.MapToIPv4().ToString()
            : new IPAddress(Convert.FromHexString(key.Text!)).ToString(),
        _ => key.Text!,
    };

    private static ColumnForm FormOf(EventField field) => field.Type switch
    {
        FieldType.Keyword => field.IsList ? ColumnForm.List : ColumnForm.Text,
        FieldType.Text => ColumnForm.Words,
        FieldType.Ip => ColumnForm.Address,
        FieldType.Date => ColumnForm.Time,
        FieldType.Number => ColumnForm.Number,
        FieldType.Real => ColumnForm.Real,
        FieldType.Boolean => ColumnForm.Truth,
        _ => throw new InvalidOperationException($"no column form for {field.Type}"),
    };
}
