using System.Globalization;
using System.Text;
using Backbone.Audit.Contracts.Events;
using Backbone.Host.Startup;
using Backbone.Testing;

namespace Backbone.Integration.Tests.Events;

/// <summary>
/// docs/events.md is made from the catalogue. To write it anew:
/// <c>BACKBONE_WRITE_DOCS=1 dotnet test tests/integration/Integration.Tests --filter EventsDocument</c>.
/// </summary>
public sealed class EventsDocument
{
    private static readonly string Document = Path.Combine(Repository.Root, "docs", "events.md");

    [Fact]
    public async Task Says_what_the_catalogue_says()
    {
        var expected = Of(EventKinds.Catalogue);
        if (RealServers.MayWriteDocuments)
        {
            await File.WriteAllTextAsync(Document, expected, TestContext.Current.CancellationToken);
        }

        Assert.Equal(expected, await File.ReadAllTextAsync(Document, TestContext.Current.CancellationToken));
    }

    private static string Of(EventCatalogue catalogue)
    {
        var text = new StringBuilder();
        text.Append("""
            # Events

            Every kind of event the backbone writes, made from the catalogue in code (`EventKind`); do not edit by hand. To write it anew:
            `BACKBONE_WRITE_DOCS=1 dotnet test tests/integration/Integration.Tests --filter EventsDocument`.

            Every event also says when (`@timestamp`), its `event.id`, the trace of the request (`trace.id`) and, where there is one, the session
            (`auth.session.id`), the app (`auth.client.id`) and a keyed commitment of the network address (`source.address`). Partners' events are
            not listed: `audit/Audit/Events/EventValidation.cs` says what they must look like.

            "Otherwise" is what becomes of the act when the log takes nothing: *refused* (fail-closed) or *buffered*.

            """);
        foreach (var module in catalogue.All.GroupBy(kind => kind.Module))
        {
            text.Append('\n').Append("## ").Append(module.Key).Append('\n');
            foreach (var kind in module)
            {
                Write(text, kind);
            }
        }

        return text.ToString();
    }

    private static void Write(StringBuilder text, EventKind kind)
    {
        text.Append(CultureInfo.InvariantCulture, $"\n### {kind.Action}\n\n{kind.What.English}. {kind.What.Chinese}。\n\n");
        text.Append("| | |\n| --- | --- |\n");
        text.Append(CultureInfo.InvariantCulture, $"| who | {kind.Who.English} ({kind.Who.Chinese}) |\n");
        text.Append(CultureInfo.InvariantCulture, $"| success | {Of(kind.OnSuccess)} |\n");
        text.Append(CultureInfo.InvariantCulture, $"| failure | {Of(kind.OnFailure)} |\n");
        text.Append(CultureInfo.InvariantCulture, $"| reasons | {Codes(kind.Reasons)} |\n");
        text.Append(CultureInfo.InvariantCulture, $"| details | {Codes(kind.Details)} |\n");
        text.Append(CultureInfo.InvariantCulture, $"| kept as | {kind.Retention.ToString().ToLowerInvariant()} |\n");
        text.Append(CultureInfo.InvariantCulture, $"| otherwise | {(kind.WhenUnavailable == WhenUnavailable.FailClosed ? "refused" : "buffered")} |\n");
    }

    private static string Of(EventForm? form) => form is null ? "does not occur" : $"category {Codes(form.Categories)}, type {Codes(form.Types)}";

    private static string Codes(IEnumerable<string> values) => string.Join(", ", values.Select(value => $"`{value}`")) is { Length: > 0 } codes ? codes : "none";
}
