using System.Security.Cryptography;
using System.Text;
using Backbone.Audit.Privacy;

namespace Backbone.Audit.State;

/// <summary>
/// Events wait in the database under a keyed hash, so that whoever can write there, and has not the key file, puts nothing into the log. Bytes: the
/// hash as text, a line feed, the event. Not against one who brings an old entry again: the log then has a true event twice, with one id.
/// </summary>
internal sealed class OutboxSeal(PrivacyKeys keys)
{
    private const string Kind = "audit-outbox";

    /// <param name="origin">The log it is for.</param>
    /// <param name="told">The event as the log takes it.</param>
    public byte[] Close(string origin, byte[] told) => [.. Encoding.ASCII.GetBytes(keys.Commit(Kind, Text(origin, told))), (byte)'\n', .. told];

    /// <summary>The event; null when this host did not put it there, or the line of its epoch is gone from the key file.</summary>
    public byte[]? Open(OutboxEntry entry)
    {
        var end = Array.IndexOf(entry.Event, (byte)'\n');
        if (end < 0)
        {
            return null;
        }

        var (hash, told) = (entry.Event[..end], entry.Event[(end + 1)..]);
        var isOurs = false;
        foreach (var ours in keys.AllOf(Kind, Text(entry.Origin, told)))
        {
            isOurs |= CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(ours), hash);
        }

        return isOurs ? told : null;
    }

    private static string Text(string origin, byte[] told) => $"{origin}\n{Convert.ToHexString(told)}";
}
