using System.Diagnostics;
using Backbone.Platform.Web.Telemetry;
using OpenTelemetry;

namespace Backbone.Host.Startup;

/// <summary>
/// Before a span leaves: who asked, and with what, is taken out. The route stays in place of the path, for paths hold ids of sessions and
/// whatever a stranger typed; queries hold codes, tokens and login hints.
/// </summary>
internal sealed class PrivateSpans : BaseProcessor<Activity>
{
    private static readonly string[] Personal =
    [
        "url.query", "client.address", "client.port", "network.peer.address", "network.peer.port", "user_agent.original", "enduser.id",
    ];

    public override void OnEnd(Activity data)
    {
        foreach (var name in Personal)
        {
            data.SetTag(name, null);
        }

        if (data.GetTagItem("url.path") is not null)
        {
            data.SetTag("url.path", data.GetTagItem("http.route") as string);
        }

        if (data.GetTagItem("url.full") is string full)
        {
            data.SetTag("url.full", Uri.TryCreate(full, UriKind.Absolute, out var address) ? address.GetLeftPart(UriPartial.Path) : null);
        }

        foreach (var (name, value) in data.TagObjects.ToList())
        {
            if (value is string text && Scrub.Text(text) is var scrubbed && scrubbed != text)
            {
                data.SetTag(name, scrubbed);
            }
        }

        if (data.StatusDescription is { } description)
        {
            data.SetStatus(data.Status, Scrub.Text(description));
        }
    }
}
