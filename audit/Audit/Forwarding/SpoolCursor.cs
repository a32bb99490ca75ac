using System.Text;
using Backbone.Audit.Storage;

namespace Backbone.Audit.Forwarding;

/// <summary>
/// Holds the cursor of forwarding against the spool, before anything is appended: a cursor of another spool, or one beyond the end of this, says nothing of
/// what is in it. That comes of a folder restored from a copy, or begun anew; what such a cursor would pass over would never be sent.
/// </summary>
internal static class SpoolCursor
{
    public const string OwnerFile = "forward.spool";

    /// <summary>False when the cursor said nothing and now stands at the oldest event; the log recognises those it has. Durable when it returns.</summary>
    /// <param name="cursor">Of forwarding.</param>
    /// <param name="spool">Just opened.</param>
    public static bool Holds(CursorFile cursor, SpoolTrail spool)
    {
        var owner = Path.Combine(Path.GetDirectoryName(cursor.FullPath)!, OwnerFile);
        var id = Encoding.ASCII.GetBytes(spool.Id.ToString("D") + "\n");
        var isOwn = File.Exists(owner) && File.ReadAllBytes(owner).AsSpan().SequenceEqual(id);
        var holds = cursor.Read() is not { } next || (isOwn && next <= spool.Records.EndIndex);
        if (!holds || !isOwn)
        {
            // In this order: a crash in between leaves it to the next start.
            cursor.Write(spool.Records.StartIndex);
            ReplacedFile.Write(owner, id);
        }

        return holds;
    }
}
