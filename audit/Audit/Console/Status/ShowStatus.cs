using Backbone.Audit.Appending;
using Backbone.Audit.Contracts.Events;
using Backbone.Audit.Elasticsearch.Exporting;
using Backbone.Audit.Elasticsearch.Reconciling;
using Backbone.Audit.Integrating;
using Backbone.Audit.Retention;
using Backbone.Audit.Searching;
using Backbone.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Backbone.Audit.Console.Status;

/// <summary>How the pipeline does: checkpoint, consumers, witnesses, dead letters, disk, and a picture of the last hour. It shows no event.</summary>
internal static class ShowStatus
{
    public const string Path = ListEvents.Path + "/status";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(Path, Handle).WithName("audit.console.status").RequireAuthorization(ListEvents.Policy);
    }

    private static async Task<RazorComponentResult> Handle(
        HttpContext http, SegmentLog log, PublishedLog published, PipelineHistory history, IEventIndex index,
        IOptions<RetentionOptions> retention, RetentionProgress deleted, BackboneOptions platform, IServiceProvider services)
    {
        var export = (ExportProgress?)services.GetService(typeof(ExportProgress));
        var target = (ExportTarget?)services.GetService(typeof(ExportTarget));
        var folder = new DirectoryInfo(System.IO.Path.GetFullPath(platform.PathOf("audit", "log")));
        var state = published.State;
        var status = new PipelineStatus(
            await history.LookAsync(http.RequestAborted),
            history.Moments,
            index.Kind,
            state.PublishedAt,
            state.Witnessed,
            state.Witnesses,
            target?.DeadLetters.Waiting.Count,
            export?.Fault is { } fault ? (fault.Reason, fault.Since) : null,
            new DriveInfo(folder.FullName).AvailableFreeSpace,
            folder.Exists ? folder.EnumerateFiles().Sum(file => file.Length) : 0,
            (log.Failure ?? published.Failure)?.Message,
            new RetentionStatus(Rules(retention.Value), log.Records.StartIndex, deleted.State.StaysUntil, deleted.State.Fault),
            Reconciling((ReconcileProgress?)services.GetService(typeof(ReconcileProgress))));
        http.Response.Headers.CacheControl = "no-store";
        return new RazorComponentResult(typeof(StatusPage), new { Status = status });
    }

    private static IReadOnlyList<RetentionPeriod> Rules(RetentionOptions options) =>
        options.Delete ? [.. Enum.GetValues<RetentionClass>().Select(of => new RetentionPeriod(of, options[of].Days, options[of].Basis))] : [];

    private static ReconcileStatus? Reconciling(ReconcileProgress? progress) => progress is null ? null : new(
        progress.IsOn,
        progress.State.Due,
        progress.State.Running?.Next,
        progress.State.Fault is { } fault ? (fault.Reason, fault.Since) : null,
        progress.Last is { } last ? new(last.At, last.From, last.End, last.Missing, last.Surplus + last.Kept, last.NewlyRefused, last.Kept) : null);
}
