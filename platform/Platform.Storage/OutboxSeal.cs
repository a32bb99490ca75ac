using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Backbone.Platform.Storage;

/// <summary>
/// A keyed hash (HMAC-SHA256) over everything that a waiting event says, its place in the order included, with a key that is not in the database:
/// whoever can write there puts nothing into the log, alters nothing on its way, and changes no order. Not against one who takes a row away, or
/// brings an old one again: the log knows the latter by its id, and beyond the ids it remembers has a true event twice.
/// </summary>
/// <param name="use">The table it is for; no two share one, so that a row of one is none of another.</param>
/// <param name="keys">32 bytes each, derived for this use: the first seals, all are tried. At least one.</param>
/// <param name="clock">For the place.</param>
public abstract class OutboxSeal(string use, IReadOnlyList<byte[]> keys, TimeProvider clock)
{
    /// <summary>Owned by <see cref="NextPlace"/>.</summary>
    private long last;

    /// <summary>Gives the event its place after all that this host sealed before, and seals it.</summary>
    /// <param name="entry">Not yet in the database; sealed again when a save is tried again.</param>
    /// <param name="log">The log it is for, where several share a table.</param>
    public void Close(WaitingEvent entry, string log = "")
    {
        ArgumentNullException.ThrowIfNull(entry);
        ArgumentNullException.ThrowIfNull(log);
        entry.Place = NextPlace();
        entry.Seal = HMACSHA256.HashData(keys[0], Text(entry, log));
    }

    /// <summary>Whether a holder of the keys wrote the row as it is now.</summary>
    public bool Holds(WaitingEvent entry, string log = "")
    {
        ArgumentNullException.ThrowIfNull(entry);
        ArgumentNullException.ThrowIfNull(log);
        if (entry.Seal is null)
        {
            return false;
        }

        var text = Text(entry, log);
        var holds = false;
        foreach (var key in keys)
        {
            holds |= CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(key, text), entry.Seal);
        }

        return holds;
    }

    private long NextPlace()
    {
        var now = clock.GetUtcNow().UtcTicks;
        while (true)
        {
            var before = Volatile.Read(ref last);
            var next = Math.Max(now, before + 1);
            if (Interlocked.CompareExchange(ref last, next, before) == before)
            {
                return next;
            }
        }
    }

    /// <summary>Use and log end with a zero byte, which neither holds; place and id have a fixed length; the event is the rest.</summary>
    private byte[] Text(WaitingEvent entry, string log)
    {
        var head = Encoding.UTF8.GetBytes($"{use}\0{log}\0");
        var text = new byte[head.Length + sizeof(long) + 16 + entry.Event.Length];
        head.CopyTo(text, 0);
        BinaryPrimitives.WriteInt64BigEndian(text.AsSpan(head.Length), entry.Place);
        entry.EventId.TryWriteBytes(text.AsSpan(head.Length + sizeof(long)), bigEndian: true, out _);
        entry.Event.CopyTo(text, head.Length + sizeof(long) + 16);
        return text;
    }
}
