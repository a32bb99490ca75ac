using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Backbone.Audit.Receiving.Syslog;

/// <summary>One message of RFC 5424. Null stands for the NILVALUE "-".</summary>
internal sealed record SyslogMessage
{
    private const int MostHostName = 255;
    private const int MostAppName = 48;
    private const int MostProcId = 128;
    private const int MostMsgId = 32;
    private const int MostTimestamp = 40;
    private const int MostSdName = 32;
    private const int HighestPriority = 191;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Facility times eight plus severity.</summary>
    public required int Priority { get; init; }

    public string? Timestamp { get; init; }

    public string? HostName { get; init; }

    public string? AppName { get; init; }

    public string? ProcId { get; init; }

    public string? MsgId { get; init; }

    /// <summary>In the order they were given; a name may stand several times.</summary>
    public required IReadOnlyList<SyslogParameter> Parameters { get; init; }

    public string? Text { get; init; }

    /// <summary>The message, or what is wrong: never the bytes themselves.</summary>
    public static (SyslogMessage? Message, string? Wrong) Parse(ReadOnlySpan<byte> bytes)
    {
        // RFC 6587 3.4.2: a carriage return before the trailer belongs to it.
        bytes = bytes.TrimEnd("\r"u8);
        var reader = new Cursor(bytes);
        try
        {
            var message = new SyslogMessage
            {
                Priority = reader.Priority(),
                Timestamp = reader.Field(MostTimestamp, "TIMESTAMP"),
                HostName = reader.Field(MostHostName, "HOSTNAME"),
                AppName = reader.Field(MostAppName, "APP-NAME"),
                ProcId = reader.Field(MostProcId, "PROCID"),
                MsgId = reader.Field(MostMsgId, "MSGID"),
                Parameters = reader.StructuredData(),
            };
            return (message with { Text = reader.Message() }, null);
        }
        catch (FormatException wrong)
        {
            return (null, wrong.Message);
        }
        catch (DecoderFallbackException)
        {
            return (null, "text that is not UTF-8");
        }
    }

    /// <summary>Goes over the bytes once, from left to right.</summary>
    private ref struct Cursor(ReadOnlySpan<byte> bytes)
    {
        private ReadOnlySpan<byte> rest = bytes;

        /// <summary>PRI and VERSION, with the space after them.</summary>
        public int Priority()
        {
            var end = rest.IndexOf((byte)'>');
            if (end is < 2 or > 4 || rest[0] != (byte)'<'
                || !int.TryParse(rest[1..end], NumberStyles.None, CultureInfo.InvariantCulture, out var priority) || priority > HighestPriority)
            {
                throw new FormatException($"no PRI of <0> to <{HighestPriority}>");
            }

            rest = rest[(end + 1)..];
            if (!rest.StartsWith("1 "u8))
            {
                throw new FormatException("not VERSION 1: only RFC 5424 is read here");
            }

            rest = rest[2..];
            return priority;
        }

        /// <summary>A field of the header and the space after it.</summary>
        public string? Field(int most, string name)
        {
            var end = rest.IndexOf((byte)' ');
            if (end < 1 || end > most || rest[..end].ContainsAnyExceptInRange((byte)'!', (byte)'~'))
            {
                throw new FormatException($"no {name} of 1 to {most} printable characters");
            }

            var text = Encoding.ASCII.GetString(rest[..end]);
            rest = rest[(end + 1)..];
            return text == "-" ? null : text;
        }

        public List<SyslogParameter> StructuredData()
        {
            var parameters = new List<SyslogParameter>();
            if (rest.StartsWith("-"u8))
            {
                rest = rest[1..];
                return parameters;
            }

            if (!rest.StartsWith("["u8))
            {
                throw new FormatException("no STRUCTURED-DATA");
            }

            while (rest.StartsWith("["u8))
            {
                rest = rest[1..];
                var element = Name();
                while (Take() is var next && next != ']')
                {
                    if (next != ' ')
                    {
                        throw new FormatException("an SD-ELEMENT that does not end");
                    }

                    var name = Name();
                    if (Take() != '=' || Take() != '"')
                    {
                        throw new FormatException("an SD-PARAM without its value");
                    }

                    parameters.Add(new SyslogParameter(element, name, Value()));
                }
            }

            return parameters;
        }

        /// <summary>What is left: null when there is none, without the byte order mark of UTF-8.</summary>
        public string? Message()
        {
            if (rest.IsEmpty)
            {
                return null;
            }

            if (rest[0] != (byte)' ')
            {
                throw new FormatException("no space before MSG");
            }

            rest = rest[1..];
            rest = rest.StartsWith("\uFEFF"u8) ? rest[3..] : rest;
            return rest.IsEmpty ? null : Strict.GetString(rest);
        }

        private char Take()
        {
            if (rest.IsEmpty)
            {
                throw new FormatException("STRUCTURED-DATA that is cut off");
            }

            var next = (char)rest[0];
            rest = rest[1..];
            return next;
        }

        private string Name()
        {
            var end = rest.IndexOfAny("= ]\""u8);
            if (end is < 1 or > MostSdName || rest[..end].ContainsAnyExceptInRange((byte)'!', (byte)'~'))
            {
                throw new FormatException($"an SD-NAME that is not of 1 to {MostSdName} printable characters");
            }

            var name = Encoding.ASCII.GetString(rest[..end]);
            rest = rest[end..];
            return name;
        }

        /// <summary>Up to the closing quote; a backslash before a quote, a backslash or a bracket is not part of it.</summary>
        private string Value()
        {
            var value = new List<byte>();
            while (Take() is var next && next != '"')
            {
                if (next == ']')
                {
                    throw new FormatException("a PARAM-VALUE with a bracket that is not escaped");
                }

                if (next == '\\' && !rest.IsEmpty && (rest[0] is (byte)'"' or (byte)'\\' or (byte)']'))
                {
                    next = Take();
                }

                value.Add((byte)next);
            }

            return Strict.GetString(CollectionsMarshal.AsSpan(value));
        }
    }
}

/// <param name="Element">SD-ID.</param>
/// <param name="Name">PARAM-NAME.</param>
/// <param name="Value">PARAM-VALUE, unescaped.</param>
internal readonly record struct SyslogParameter(string Element, string Name, string Value);
