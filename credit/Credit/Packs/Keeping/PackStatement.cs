using System.Security.Cryptography;
using System.Text;
using Backbone.Audit.Log;
using Backbone.Audit.Log.Notes;

namespace Backbone.Credit.Packs.Keeping;

/// <summary>
/// What is signed when the second person approves, a line each: which pack, the hash of its bytes, its first day, and by pseudonyms who saw to it. It is made
/// from the row again whenever a pack is loaded, so that nothing of it can be other than what was signed.
/// </summary>
internal static class PackStatement
{
    public static byte[] Sign(KeptPack row, PackKey key) => SignedNote.Sign(TextOf(row, key), 0, key.Signer).ToArray();

    /// <summary>Whether its bytes are those of its hash.</summary>
    public static bool IsWhole(KeptPack row) => Convert.ToHexStringLower(SHA256.HashData(row.Content)) == row.Digest;

    /// <summary>Null when bytes and signature fit; else what does not.</summary>
    public static string? Fault(KeptPack row, PackKey key)
    {
        if (!IsWhole(row))
        {
            return "its bytes are not those that were approved";
        }

        try
        {
            var note = SignedNote.Parse(row.Signature ?? []);
            return note.Verify(key.Signer.Key) is NoteVerdict.Rejected rejected ? rejected.Problem
                : note.Text.Span.SequenceEqual(TextOf(row, key)) ? null
                : "what was signed is not what is stored";
        }
        catch (LogFormatException none)
        {
            return none.Message;
        }
    }

    private static byte[] TextOf(KeptPack row, PackKey key) => Encoding.UTF8.GetBytes(string.Join(
        '\n',
        "backbone policy pack v1",
        $"id {row.Pack}",
        FormattableString.Invariant($"version {row.Version}"),
        $"sha256 {row.Digest}",
        FormattableString.Invariant($"in-force-from {row.InForceFrom:O}"),
        FormattableString.Invariant($"signed-at {row.SignedAt?.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}"),
        $"submitted-by {key.PseudonymOf(row.SubmittedBy)}",
        $"approved-by {Who(row.FirstBy, key)}",
        $"approved-by {Who(row.SecondBy, key)}",
        ""));

    private static string Who(Guid? person, PackKey key) => person is { } known ? key.PseudonymOf(known) : "nobody";
}
