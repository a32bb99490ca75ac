using System.Text.Json;
using Backbone.Platform.Web.Batches;

namespace Backbone.Audit.Receiving;

/// <summary>What became of each event of a batch.</summary>
internal sealed class EventAnswer(IReadOnlyList<int> numbers, IReadOnlyList<Taken> events) : BatchAnswer(events.Count, events.Count(one => one.IsAccepted))
{
    protected override void Write(Utf8JsonWriter json, int index)
    {
        ArgumentNullException.ThrowIfNull(json);
        var taken = events[index];
        json.WriteNumber("line", numbers[index]);
        if (taken.IsAccepted)
        {
            json.WriteString("state", "accepted");
            json.WriteNumber("index", taken.Index);
            json.WriteString("id", taken.Id.Value);
        }
        else
        {
            json.WriteString("state", "refused");
            json.WriteStartArray("violations");
            foreach (var violation in taken.Violations)
            {
                json.WriteStartObject();
                json.WriteString("field", violation.Field);
                json.WriteString("rule", violation.Rule);
                json.WriteString("value", violation.Value);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }
    }
}
