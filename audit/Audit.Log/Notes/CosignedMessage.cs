using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Backbone.Audit.Log.Checkpoints;

namespace Backbone.Audit.Log.Notes;

/// <summary>What a cosignature signs (tlog-cosignature): made from the checkpoint's text, the time, and for ML-DSA-44 the cosigner's name.</summary>
internal static class CosignedMessage
{
    private static ReadOnlySpan<byte> Label => "subtree/v1\n\0"u8;

    /// <summary>The leading u64 of a timestamped signature, which must not exceed 2^63 − 1.</summary>
    public static bool TryTime(ReadOnlySpan<byte> signature, out long seconds)
    {
        seconds = -1;
        return signature.Length > Signatures.TimeBytes && (seconds = BinaryPrimitives.ReadInt64BigEndian(signature)) >= 0;
    }

    /// <summary>False when the text is no checkpoint: a cosigner signs nothing else.</summary>
    public static bool TryOf(SignatureType type, string cosigner, ReadOnlySpan<byte> text, long seconds, out byte[] message)
    {
        message = [];
        if (!Checkpoint.TryParse(text, out var checkpoint))
        {
            return false;
        }

        var origin = Encoding.UTF8.GetBytes(checkpoint.Origin);
        if (type == SignatureType.MlDsa44 && origin.Length > byte.MaxValue)
        {
            return false;
        }

        message = type == SignatureType.Cosignature
            ? [.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"cosignature/v1\ntime {seconds}\n")), .. text]
            : Structure(Encoding.UTF8.GetBytes(cosigner), seconds, origin, checkpoint);
        return true;
    }

    private static byte[] Structure(byte[] cosigner, long seconds, byte[] origin, Checkpoint checkpoint)
    {
        var numbers = new byte[3 * sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(numbers, seconds);
        BinaryPrimitives.WriteInt64BigEndian(numbers.AsSpan(2 * sizeof(long)), checkpoint.Size);
        var (time, startAndEnd) = (numbers[..sizeof(long)], numbers[sizeof(long)..]);
        return
        [
            .. Label, (byte)cosigner.Length, .. cosigner, .. time, (byte)origin.Length, .. origin, .. startAndEnd, .. checkpoint.Root.ToArray(),
        ];
    }
}
