using Backbone.Audit.Storage;

namespace Backbone.Audit.Receiving.Spools;

/// <summary>Which events of one spool of one host the log has from a place on: found by reading it, once, and then what was added.</summary>
/// <param name="name">The spool and its host: the leaves of another host are not its own, whatever spool they name.</param>
/// <param name="records">The log.</param>
/// <param name="from">Its index from which on they are looked for.</param>
internal sealed class TakenEvents(SpoolName name, LogReader records, long from)
{
    private readonly byte[] tag = ForwardedEvent.AgentOf(name);
    private long read;

    public long From { get; } = from;

    /// <summary>Ids, as far as was read; about 40 bytes of memory each.</summary>
    public HashSet<Guid> Ids { get; } = [];

    /// <summary>Up to what is durable now.</summary>
    public void ReadOn()
    {
        foreach (var record in records.Read(Math.Max(From + read, records.StartIndex), int.MaxValue))
        {
            read = record.Index + 1 - From;
            if (record.Payload.AsSpan().IndexOf(tag) >= 0)
            {
                Ids.Add(record.EventId);
            }
        }
    }
}
