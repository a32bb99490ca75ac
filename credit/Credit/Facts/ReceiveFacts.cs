using System.Text.Json;
using Backbone.Credit.Catalogue;
using Backbone.Platform.Web.Batches;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Backbone.Credit.Facts;

/// <summary>
/// Facts of agencies over HTTP: one as JSON, or a batch of NDJSON, each line taken or refused by itself. The answer comes when every line that was
/// taken is on disk with its event. A sender that got no answer sends the same again: by its keys, nothing is there twice.
/// </summary>
internal static class ReceiveFacts
{
    public const string Path = "/credit/v1/facts";

    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapPost(Path, Handle).WithName("credit.facts.receive").RequireAuthorization(CreditPrograms.Report).DisableAntiforgery();

    private static Task<IResult> Handle(HttpContext http, FactEntrance entrance, FactCatalogue catalogue, StoreFacts store, TimeProvider clock) =>
        TakeBatch.RunAsync(http, entrance, async (source, lines) =>
        {
            // A document of today is not of tomorrow anywhere.
            var today = ChinaDay.Today(clock);
            var read = lines.Select(line => ReadDraft.Read(line.Line, catalogue, today)).ToList();
            var drafts = read.Where(outcome => outcome.Draft is not null).Select(outcome => outcome.Draft!).ToList();
            var stored = drafts.Count == 0 ? [] : await store.WriteAsync(source, drafts, http.RequestAborted);
            return new FactAnswer([.. lines.Select(line => line.Number)], read, stored);
        });
}

/// <summary>What became of each line: those that could not be read, and those the store answered, in the lines' order.</summary>
internal sealed class FactAnswer(IReadOnlyList<int> numbers, IReadOnlyList<DraftOutcome> read, IReadOnlyList<StoredFact> stored)
    : BatchAnswer(read.Count, stored.Count(fact => fact.State != StoredState.Refused))
{
    private int next;

    protected override void Write(Utf8JsonWriter json, int index)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.WriteNumber("line", numbers[index]);
        if (read[index].Key is { } key)
        {
            json.WriteString("key", key);
        }

        if (read[index].Draft is null)
        {
            Refused(json, read[index].Violations);
            return;
        }

        var fact = stored[next++];
        if (fact.State == StoredState.Refused)
        {
            Refused(json, [fact.Violation!]);
            return;
        }

        json.WriteString("state", fact.State == StoredState.Known ? "known" : "accepted");
        json.WriteString("id", fact.Id!.Value);
    }

    /// <summary>The part of a line's answer that says why it is refused.</summary>
    internal static void Refused(Utf8JsonWriter json, IReadOnlyList<FactViolation> violations)
    {
        json.WriteString("state", "refused");
        json.WriteStartArray("violations");
        foreach (var violation in violations)
        {
            json.WriteStartObject();
            json.WriteString("field", violation.Field);
            json.WriteString("rule", violation.Rule.En);
            json.WriteString("value", violation.Value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
