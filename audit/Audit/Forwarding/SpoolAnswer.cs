using System.Text.Json.Serialization;
using Backbone.Audit.Contracts.Fields;

namespace Backbone.Audit.Forwarding;

/// <summary>What the log answers to a batch of a spool; the same on both sides.</summary>
/// <param name="Next">The first sequence of the spool that the log has not dealt with: with 200 one past the batch, with 409 where to go on.</param>
/// <param name="Refused">Events of this batch that will never be taken as they are; null when there is none.</param>
/// <param name="Reused">How many events of this batch came under a number that another had before, and were taken; null when none did.</param>
internal sealed record SpoolAnswer(long Next, IReadOnlyList<SpoolRefusal>? Refused = null, int? Reused = null);

/// <param name="Sequence">Which event of the spool.</param>
/// <param name="Violations">Why.</param>
internal sealed record SpoolRefusal(long Sequence, IReadOnlyList<FieldViolation> Violations);

[JsonSerializable(typeof(SpoolAnswer))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class SpoolJson : JsonSerializerContext;
