using System.Buffers;
using System.Collections.Immutable;
using Backbone.Platform.Json;

namespace Backbone.Audit.Contracts;

/// <summary>One field of an event as it stands in the leaf: a flat name and exactly one of the values.</summary>
/// <param name="Name">Joined by dots.</param>
public readonly record struct LeafValue(string Name)
{
    public string? Text { get; init; }

    public Guid? Id { get; init; }

    /// <summary>Written in UTC with seven decimals.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>RFC 8785 numbers are IEEE 754: at most <see cref="AuditEventJson.MaxNumber"/> either way.</summary>
    public long? Number { get; init; }

    public double? Real { get; init; }

    public bool? Flag { get; init; }

    public ImmutableArray<string> Values { get; init; }

    internal void WriteTo(CanonicalJson json)
    {
        if (Text is not null)
        {
            json.Text(Text);
        }
        else if (Id is { } id)
        {
            json.Uuid(id);
        }
        else if (Time is { } time)
        {
            json.Timestamp(time);
        }
        else if (Number is { } number)
        {
            json.Number(number);
        }
        else if (Real is { } real)
        {
            json.Real(real);
        }
        else if (Flag is { } flag)
        {
            json.Raw(flag ? "true"u8 : "false"u8);
        }
        else
        {
            WriteList(json);
        }
    }

    private void WriteList(CanonicalJson json)
    {
        if (Values.IsDefaultOrEmpty)
        {
            throw new ArgumentException($"{Name}: at least one value is needed");
        }

        json.Raw("["u8);
        for (var i = 0; i < Values.Length; i++)
        {
            json.Raw(i == 0 ? ""u8 : ","u8);
            json.Text(Values[i]);
        }

        json.Raw("]"u8);
    }
}

/// <summary>
/// Writes flat fields in order of name as nested objects. Names consist of a–z, 0–9, "_", "." and "@"; since "." sorts before all the
/// others, the order of the flat names is the order RFC 8785 3.2.3 wants inside every nested object.
/// </summary>
public static class LeafWriter
{
    /// <summary>Writes the canonical bytes.</summary>
    /// <param name="fields">In ordinal order of name, each name once.</param>
    /// <param name="output">Where to.</param>
    /// <exception cref="ArgumentException">A name is both a field and an object, or stands twice, or has no value.</exception>
    public static void Write(IReadOnlyList<LeafValue> fields, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(fields);
        var json = new CanonicalJson(output);
        var previous = "";
        json.Raw("{"u8);
        for (var i = 0; i < fields.Count; i++)
        {
            var field = fields[i];
            var shared = SharedObject(previous, field.Name);
            for (var open = previous.AsSpan(shared).Count('.'); open > 0; open--)
            {
                json.Raw("}"u8);
            }

            if (previous.Length > 0)
            {
                json.Raw(","u8);
            }

            var rest = field.Name.AsSpan(shared);
            for (var dot = rest.IndexOf('.'); dot >= 0; dot = rest.IndexOf('.'))
            {
                json.Text(rest[..dot]);
                json.Raw(":{"u8);
                rest = rest[(dot + 1)..];
            }

            json.Text(rest);
            json.Raw(":"u8);
            field.WriteTo(json);
            previous = field.Name;
        }

        for (var open = previous.AsSpan().Count('.'); open >= 0; open--)
        {
            json.Raw("}"u8);
        }
    }

    /// <summary>How many characters of the name say an object that is already open.</summary>
    private static int SharedObject(string previous, string name)
    {
        var common = previous.AsSpan().CommonPrefixLength(name);
        if (common == previous.Length && common > 0 && (name.Length == common || name[common] == '.'))
        {
            throw new ArgumentException($"\"{name}\" and \"{previous}\" cannot both be fields");
        }

        return name.AsSpan(0, common).LastIndexOf('.') + 1;
    }
}
