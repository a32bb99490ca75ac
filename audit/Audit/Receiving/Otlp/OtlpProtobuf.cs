using System.Collections.Immutable;

namespace Backbone.Audit.Receiving.Otlp;

/// <summary>
/// ExportLogsServiceRequest in Protocol Buffers (opentelemetry-proto 1.x, logs.proto and common.proto): the fields an event can be made of;
/// the rest, also of later versions, is passed over.
/// </summary>
internal static class OtlpProtobuf
{
    /// <summary>Records one after the other; none is kept.</summary>
    /// <exception cref="OtlpFormatException">While it is enumerated: the bytes are no such message.</exception>
    public static IEnumerable<OtlpLog> Read(ReadOnlyMemory<byte> request)
    {
        foreach (var resourceLogs in Messages(request, 1))
        {
            var resource = new List<OtlpAttribute>();
            foreach (var one in Messages(resourceLogs, 1))
            {
                Attributes(one.Span, 1, resource);
            }

            foreach (var scopeLogs in Messages(resourceLogs, 2))
            {
                var scope = Messages(scopeLogs, 1).Select(one => ScopeName(one.Span)).LastOrDefault();
                foreach (var record in Messages(scopeLogs, 2))
                {
                    yield return Record(record.Span, resource, scope);
                }
            }
        }
    }

    /// <summary>The messages under one field number. Every other field is walked over, so that a broken one is noticed.</summary>
    private static IEnumerable<ReadOnlyMemory<byte>> Messages(ReadOnlyMemory<byte> message, int field)
    {
        var at = 0;
        while (Step(message, field, ref at, out var found))
        {
            if (found is { } one)
            {
                yield return one;
            }
        }
    }

    private static bool Step(ReadOnlyMemory<byte> message, int field, ref int at, out ReadOnlyMemory<byte>? found)
    {
        found = null;
        var reader = new ProtobufReader(message.Span[at..]);
        if (!reader.Next())
        {
            return false;
        }

        at = message.Length - reader.Left;
        if (reader.Field == field)
        {
            var length = reader.Delimited().Length;
            found = message.Slice(at - length, length);
        }

        return true;
    }

    private static string? ScopeName(ReadOnlySpan<byte> scope)
    {
        string? name = null;
        var reader = new ProtobufReader(scope);
        while (reader.Next())
        {
            name = reader.Field == 1 ? reader.Text() : name;
        }

        return name;
    }

    private static OtlpLog Record(ReadOnlySpan<byte> message, List<OtlpAttribute> resource, string? scope)
    {
        var log = new OtlpLog { Resource = resource, Scope = scope };
        var attributes = new List<OtlpAttribute>();
        var reader = new ProtobufReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: log = log with { Time = reader.Integer() }; break;
                case 2: log = log with { Severity = (long)reader.Integer() }; break;
                case 3: log = log with { SeverityText = reader.Text() }; break;
                case 5: log = log with { Body = Value(reader.Delimited(), 0) }; break;
                case 6: Keep(attributes, reader.Delimited(), 0); break;
                case 9: log = log with { Trace = Convert.ToHexStringLower(Short(reader.Delimited())) }; break;
                case 10: log = log with { Span = Convert.ToHexStringLower(Short(reader.Delimited())) }; break;
                case 11: log = log with { Observed = reader.Integer() }; break;
                case 12: log = log with { EventName = reader.Text() }; break;
                default: break;
            }
        }

        return log with { Attributes = attributes };
    }

    /// <summary>Ids have 8 or 16 bytes, or none; what is longer is no id, and its hex would only be larger still.</summary>
    private static ReadOnlySpan<byte> Short(ReadOnlySpan<byte> id) =>
        id.Length is 0 or 8 or 16 ? id : throw new OtlpFormatException("a trace or span id has another length");

    private static void Attributes(ReadOnlySpan<byte> message, int field, List<OtlpAttribute> attributes, int depth = 0)
    {
        var reader = new ProtobufReader(message);
        while (reader.Next())
        {
            if (reader.Field == field)
            {
                Keep(attributes, reader.Delimited(), depth);
            }
        }
    }

    private static void Keep(List<OtlpAttribute> attributes, ReadOnlySpan<byte> keyValue, int depth)
    {
        if (attributes.Count == OtlpValue.MostKept)
        {
            return;
        }

        var name = "";
        OtlpValue value = new OtlpValue.Other();
        var reader = new ProtobufReader(keyValue);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: name = reader.Text(); break;
                case 2: value = Value(reader.Delimited(), depth); break;
                default: break;
            }
        }

        attributes.Add(new OtlpAttribute(name, value));
    }

    private static OtlpValue Value(ReadOnlySpan<byte> message, int depth)
    {
        if (depth == OtlpValue.Deepest)
        {
            throw new OtlpFormatException($"values are more than {OtlpValue.Deepest} levels deep");
        }

        OtlpValue value = new OtlpValue.Other();
        var reader = new ProtobufReader(message);
        while (reader.Next())
        {
            value = reader.Field switch
            {
                1 => new OtlpValue.Text(reader.Text()),
                2 => new OtlpValue.Flag(reader.Integer() != 0),
                3 => new OtlpValue.Integer((long)reader.Integer()),
                4 => new OtlpValue.Real(reader.Real()),
                5 => Items(reader.Delimited(), depth + 1),
                6 => Map(reader.Delimited(), depth + 1),
                _ => value,
            };
        }

        return value;
    }

    private static OtlpValue.Items Items(ReadOnlySpan<byte> message, int depth)
    {
        var items = ImmutableArray.CreateBuilder<OtlpValue>();
        var reader = new ProtobufReader(message);
        while (reader.Next())
        {
            if (reader.Field == 1 && items.Count < OtlpValue.MostKept)
            {
                items.Add(Value(reader.Delimited(), depth));
            }
        }

        return new OtlpValue.Items(items.ToImmutable());
    }

    private static OtlpValue.Map Map(ReadOnlySpan<byte> message, int depth)
    {
        var members = new List<OtlpAttribute>();
        Attributes(message, 1, members, depth);
        return new OtlpValue.Map([.. members]);
    }
}
