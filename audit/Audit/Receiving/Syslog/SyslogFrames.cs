using System.Buffers;

namespace Backbone.Audit.Receiving.Syslog;

internal enum FrameState
{
    /// <summary>A message was taken.</summary>
    Message,

    /// <summary>More bytes are needed.</summary>
    Partial,

    /// <summary>No frame begins here, or it is too long: from here on nobody knows where messages begin.</summary>
    Broken,
}

/// <summary>
/// Finds messages in a stream: octet counting (RFC 6587 3.4.1, the only one RFC 5425 knows) or non-transparent framing (3.4.2), each message
/// by itself, as its first character says.
/// </summary>
internal static class SyslogFrames
{
    /// <summary>Bytes of one message: an event has no more.</summary>
    public const int MostBytes = 65_536;

    private const int MostDigits = 5;

    /// <summary>Takes the next message off the front of the buffer.</summary>
    public static FrameState TryTake(ref ReadOnlySequence<byte> buffer, out ReadOnlySequence<byte> message)
    {
        message = default;
        var reader = new SequenceReader<byte>(buffer);

        // Some senders end counted messages with a line feed too.
        reader.AdvancePastAny((byte)'\n', (byte)'\r', (byte)0);
        buffer = reader.UnreadSequence;
        if (!reader.TryPeek(out var first))
        {
            return FrameState.Partial;
        }

        return first == (byte)'<' ? TakeLine(ref buffer, out message)
            : first is >= (byte)'1' and <= (byte)'9' ? TakeCounted(ref buffer, out message)
            : FrameState.Broken;
    }

    private static FrameState TakeCounted(ref ReadOnlySequence<byte> buffer, out ReadOnlySequence<byte> message)
    {
        message = default;
        var reader = new SequenceReader<byte>(buffer);
        var length = 0;
        for (var digits = 0; reader.TryRead(out var next); digits++)
        {
            if (next == (byte)' ')
            {
                if (length > MostBytes)
                {
                    return FrameState.Broken;
                }

                if (reader.Remaining < length)
                {
                    return FrameState.Partial;
                }

                message = reader.UnreadSequence.Slice(0, length);
                buffer = reader.UnreadSequence.Slice(length);
                return FrameState.Message;
            }

            if (digits == MostDigits || next is < (byte)'0' or > (byte)'9')
            {
                return FrameState.Broken;
            }

            length = length * 10 + (next - '0');
        }

        return FrameState.Partial;
    }

    private static FrameState TakeLine(ref ReadOnlySequence<byte> buffer, out ReadOnlySequence<byte> message)
    {
        var reader = new SequenceReader<byte>(buffer);
        if (!reader.TryReadTo(out message, (byte)'\n'))
        {
            return buffer.Length > MostBytes ? FrameState.Broken : FrameState.Partial;
        }

        buffer = reader.UnreadSequence;
        return message.Length > MostBytes ? FrameState.Broken : FrameState.Message;
    }
}
