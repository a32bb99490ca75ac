using System.Text;

namespace Backbone.Audit.Tests.Receiving.Otlp;

/// <summary>Protocol Buffers written by hand, for messages no library would write.</summary>
internal static class ProtoBytes
{
    public static byte[] Message(int field, params byte[][] parts)
    {
        byte[] content = [.. parts.SelectMany(part => part)];
        return [.. Varint((ulong)(field << 3 | 2)), .. Varint((ulong)content.Length), .. content];
    }

    public static byte[] Text(int field, string text) => Message(field, Encoding.UTF8.GetBytes(text));

    public static byte[] Number(int field, ulong value) => [.. Varint((ulong)(field << 3)), .. Varint(value)];

    public static byte[] Fixed64(int field, ulong value) => [.. Varint((ulong)(field << 3 | 1)), .. BitConverter.GetBytes(value)];

    public static byte[] Attribute(int field, string key, byte[] value) => Message(field, Text(1, key), Message(2, value));

    public static byte[] Attribute(int field, string key, string value) => Attribute(field, key, Text(1, value));

    /// <summary>A request of one resource and one scope with these records.</summary>
    public static byte[] Request(params byte[][] records) => Message(1, Message(2, [.. records.Select(record => Message(2, record))]));

    /// <summary>A record that is an event.</summary>
    public static byte[] Record(string? uid = null, params byte[][] more)
    {
        var now = (ulong)(TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;
        return
        [
            .. Fixed64(1, now), .. Text(12, "file-read"), .. Attribute(6, "event.category", "file"), .. Attribute(6, "event.type", "access"),
            .. Attribute(6, "event.outcome", "success"), .. uid is null ? [] : Attribute(6, "log.record.uid", uid), .. more.SelectMany(part => part),
        ];
    }

    private static IEnumerable<byte> Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            yield return (byte)(value | 0x80);
        }

        yield return (byte)value;
    }
}
