using System.Collections.Immutable;
using Backbone.Audit.Appending;
using Backbone.Audit.Elasticsearch.Exporting;
using Backbone.Audit.Integrating;
using Backbone.Audit.Searching;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Backbone.Audit.Console.Status;

/// <summary>How far each consumer of the log had come at one moment.</summary>
/// <param name="At">When.</param>
/// <param name="Logged">Events in the log.</param>
/// <param name="Published">Under a signed checkpoint.</param>
/// <param name="Searchable">In the index; null when it did not answer.</param>
public sealed record PipelineMoment(DateTimeOffset At, long Logged, long Published, long? Searchable);

/// <summary>
/// Looks at the pipeline twice a minute and remembers an hour: 120 moments, in memory only. It asks and never acts: a consumer that is away
/// is a gap in the picture.
/// </summary>
internal sealed class PipelineHistory(SegmentLog log, PublishedLog published, IEventIndex index, TimeProvider clock) : BackgroundService
{
    public const int Most = 120;

    public static readonly TimeSpan Every = TimeSpan.FromSeconds(30);

    private ImmutableArray<PipelineMoment> moments = [];

    /// <summary>Oldest first.</summary>
    public ImmutableArray<PipelineMoment> Moments => moments;

    public async Task<PipelineMoment> LookAsync(CancellationToken cancellation)
    {
        long? searchable;
        try
        {
            searchable = await index.EndIndexAsync(cancellation);
        }
        catch (Exception) when (!cancellation.IsCancellationRequested)
        {
            // Whatever it was: a picture may lack a point, and never end the host. Who searches is told what is wrong.
            searchable = null;
        }

        // The log is read last, so that no consumer is ever seen ahead of it.
        return new PipelineMoment(clock.GetUtcNow(), log.Records.EndIndex, published.State.Published, searchable);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        do
        {
            var seen = moments.Add(await LookAsync(stoppingToken));
            moments = seen.Length > Most ? seen.RemoveRange(0, seen.Length - Most) : seen;
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
