using System.Text;
using System.Text.RegularExpressions;
using Backbone.Audit.Contracts;
using Backbone.Audit.Contracts.Fields;
using Backbone.Audit.Events;
using Backbone.Platform;

namespace Backbone.Audit.Receiving.Spools;

/// <summary>
/// An event of another host of the same operator. The rules are those of <see cref="IAuditTrail"/>, which took it there: it is read and
/// written again, and must come out byte for byte. So who, what and when stay that host's, and only what may stand in a leaf does.
/// </summary>
internal static partial class ForwardedEvent
{
    private static readonly byte[] AfterTime = "\","u8.ToArray();

    /// <summary>The leaf: the event, and by which host and spool it came. Null when it is refused, with the reasons.</summary>
    public static (EventId Id, byte[] Leaf)? Read(ReadOnlyMemory<byte> line, SpoolName from, List<FieldViolation> violations)
    {
        if (Decoded(line, violations) is not { } read)
        {
            return null;
        }

        if (read.Module == EventValidation.Module)
        {
            violations.Add(new("event.module", "one of the backbone's own modules", read.Module));
        }

        if (read.SourceCommitment is { } source && !Commitment().IsMatch(source))
        {
            violations.Add(new("source.address", "a keyed commitment, made by the host that saw the address", "something else"));
        }

        var agent = AgentOf(from);
        if (line.Length + agent.Length > AuditEventJson.MaxBytes)
        {
            violations.Add(new("event", $"at most {AuditEventJson.MaxBytes - agent.Length} bytes", $"{line.Length} bytes"));
        }

        if (violations.Count > 0)
        {
            return null;
        }

        // "@timestamp" is the first name of every canonical event, and "agent" would be the second.
        var at = line.Span.IndexOf(AfterTime) + AfterTime.Length;
        return (read.Id, [.. line.Span[..at], .. agent, .. line.Span[at..]]);
    }

    /// <summary>What is added to the event: word for word in the leaves of that host and spool, and no others. Senders from outside cannot give an event an agent.</summary>
    public static byte[] AgentOf(SpoolName from) => Encoding.UTF8.GetBytes($"\"agent\":{{\"id\":\"{from.Spool:D}\",\"name\":\"{from.Client}\"}},");

    private static AuditEvent? Decoded(ReadOnlyMemory<byte> line, List<FieldViolation> violations)
    {
        try
        {
            var read = AuditEventJson.Decode(line);
            if (AuditEventJson.Encode(read).AsSpan().SequenceEqual(line.Span))
            {
                return read;
            }

            violations.Add(new("event", "as this version writes it: no other field, in the canonical form", "something else"));
        }
        catch (Exception failure) when (failure is FormatException or ArgumentException)
        {
            violations.Add(new("event", "an event as the audit trail writes it", failure.Message.Length <= 200 ? failure.Message : failure.Message[..200]));
        }

        return null;
    }

    [GeneratedRegex("^hmac:[0-9]{1,9}:[A-Za-z0-9_-]{43}$")]
    private static partial Regex Commitment();
}
