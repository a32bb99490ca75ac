using System.Text;

namespace Backbone.Integration.Tests.Fuzzing;

/// <summary>
/// Hostile text and bytes from a seed: the same seed gives the same requests, so that a failure is repeated by its seed and number.
/// Known values are mutated more often than noise is made up: mutations get further into the code.
/// </summary>
internal sealed class Garbage(int seed)
{
    private static readonly string[] Nasty =
    [
        "", " ", "\0", "%00", "%", "%ZZ", "%C0%AF", "\u202e", "\ud83d\ude00", "'", "\"><script>", "{}", "[]", "null", "-1", "0",
        "9223372036854775808", "1e400", "NaN", "../../../../etc/passwd", "..\\..\\", "//evil.example", "https://evil.example/", "javascript:alert(1)",
        "http://[::1", "urn:x", "a b c", "openid openid openid", "\r\nSet-Cookie: a=b", "eyJhbGciOiJub25lIn0.e30.", "AAAA", "ＦＵＬＬ", "张三", "⁣",
    ];

    private readonly Random random = new(seed);

    public int Next(int bound) => random.Next(bound);

    public bool OneIn(int n) => random.Next(n) == 0;

    public T Pick<T>(IReadOnlyList<T> items) => items[random.Next(items.Count)];

    public byte[] Bytes(int most)
    {
        var bytes = new byte[random.Next(most + 1)];
        random.NextBytes(bytes);
        return bytes;
    }

    public string Text() => random.Next(6) switch
    {
        0 => Encoding.Latin1.GetString(Bytes(64)),
        1 => new string((char)random.Next(1, 0xd7ff), random.Next(1, 3000)),
        2 => Convert.ToBase64String(Bytes(200)),
        _ => Pick(Nasty),
    };

    /// <summary>The value as it is, or bent: truncated, doubled, one character flipped, wrapped, replaced.</summary>
    public string Bend(string value) => random.Next(8) switch
    {
        0 or 1 or 2 => value,
        3 => value[..random.Next(value.Length + 1)],
        4 => value + value,
        5 when value.Length > 0 => Flip(value),
        6 => value + Pick(Nasty),
        _ => Text(),
    };

    private string Flip(string value)
    {
        var at = random.Next(value.Length);
        return value[..at] + (char)(value[at] ^ (1 << random.Next(7))) + value[(at + 1)..];
    }
}
