using System.Text.Json.Serialization;
using Backbone.Audit.Integrating;

namespace Backbone.Audit.Publishing;

/// <summary>How far one event has come; each state holds once the one before it does.</summary>
/// <param name="Index">The leaf index.</param>
/// <param name="Accepted">On disk, fsynced; true for every event there is.</param>
/// <param name="Integrated">In the tree.</param>
/// <param name="Published">Under a signed checkpoint.</param>
/// <param name="Witnessed">Under a checkpoint with the policy's quorum of cosignatures.</param>
public sealed record EventState(long Index, bool Accepted, bool Integrated, bool Published, bool Witnessed)
{
    internal static EventState Of(long index, PublishedState log) =>
        new(index, Accepted: true, index < log.Integrated, index < log.Published, index < log.Witnessed);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(EventState))]
internal sealed partial class EventStateJson : JsonSerializerContext;
