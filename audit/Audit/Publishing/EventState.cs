using System.Text.Json.Serialization;
using Backbone.Audit.Integrating;
using Backbone.Audit.Searching;

namespace Backbone.Audit.Publishing;

/// <summary>
/// How far one event has come. The first four follow each other; whether a search finds it, and it has reached Elasticsearch where that
/// serves, does not wait for witnesses.
/// </summary>
/// <param name="Index">The leaf index.</param>
/// <param name="Accepted">On disk, fsynced; true for every event there is.</param>
/// <param name="Integrated">In the tree.</param>
/// <param name="Published">Under a signed checkpoint.</param>
/// <param name="Witnessed">Under a checkpoint with the policy's quorum of cosignatures.</param>
/// <param name="Exported">In the event index: Elasticsearch, or the embedded one.</param>
/// <param name="Refused">Elasticsearch would not take it; an operator finds the reason among the dead letters. Then it is not exported.</param>
public sealed record EventState(long Index, bool Accepted, bool Integrated, bool Published, bool Witnessed, bool Exported, bool Refused)
{
    internal static EventState Of(long index, PublishedState log, IEventIndex search)
    {
        var indexed = search.StateOf(index);
        return new(
            index, Accepted: true, index < log.Integrated, index < log.Published, index < log.Witnessed,
            indexed == IndexedState.Indexed, indexed == IndexedState.Refused);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(EventState))]
internal sealed partial class EventStateJson : JsonSerializerContext;
