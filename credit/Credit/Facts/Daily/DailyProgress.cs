using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Backbone.Credit.Facts.Daily;

/// <summary>What this host saw of an agency's folder at its last look.</summary>
/// <param name="Oldest">Since when the oldest of what waits is there.</param>
/// <param name="Fault">Why it is not read; null when it is.</param>
internal sealed record FolderState(string Source, string Folder, DateTimeOffset? LookedAt, int Waiting, DateTimeOffset? Oldest, string? Fault);

/// <summary>How it goes with the folders on this host; for the page, the check of health and the meter.</summary>
internal sealed class DailyProgress
{
    public const string Meter = "Backbone.Credit.DailyFiles";

    private readonly ConcurrentDictionary<string, FolderState> states = new(StringComparer.Ordinal);
    private readonly Counter<long> files;

    public DailyProgress(IMeterFactory meters, TimeProvider clock)
    {
        var meter = meters.Create(Meter);
        files = meter.CreateCounter<long>("backbone.credit.daily_files", "{file}", "Files of agencies that this host has dealt with, by source and outcome.");
        meter.CreateObservableGauge("backbone.credit.daily_files.waiting", () => All.Select(one => new Measurement<int>(one.Waiting, Tag(one))), "{file}", "Files that nobody has dealt with.");
        meter.CreateObservableGauge(
            "backbone.credit.daily_files.oldest",
            () => All.Select(one => new Measurement<double>(one.Oldest is { } since ? (clock.GetUtcNow() - since).TotalSeconds : 0, Tag(one))),
            "s",
            "How long the oldest of them has been waiting.");
    }

    public ImmutableArray<FolderState> All => [.. states.Values.OrderBy(state => state.Folder, StringComparer.Ordinal)];

    public void Looked(FolderState state) => states[state.Folder] = state;

    public void Done(string source, string outcome) => files.Add(1, new("source", source), new("outcome", outcome));

    private static KeyValuePair<string, object?> Tag(FolderState state) => new("source", state.Source);
}

/// <summary>Degraded while a folder cannot be read, or a file in one has waited too long.</summary>
internal sealed class DailyHealth(DailyProgress progress, IOptions<DailyOptions> options, TimeProvider clock) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var latest = clock.GetUtcNow().AddMinutes(-options.Value.StuckMinutes);
        List<string> said = [];
        foreach (var state in progress.All)
        {
            if (state.Fault is { } fault)
            {
                said.Add($"the files of {state.Source} are not read: {fault}");
            }
            else if (state.Oldest < latest)
            {
                said.Add(string.Create(CultureInfo.InvariantCulture, $"a file of {state.Source} has been waiting since {state.Oldest:u}"));
            }
        }

        return Task.FromResult(said.Count == 0 ? HealthCheckResult.Healthy() : HealthCheckResult.Degraded(string.Join("; ", said)));
    }
}

internal static partial class DailyLines
{
    [LoggerMessage(2610, LogLevel.Information, "A file of {Source} was taken: {Stored} facts are new, {Known} were there, {Bad} rows were refused")]
    public static partial void Taken(ILogger logger, string source, int stored, int known, int bad);

    [LoggerMessage(2611, LogLevel.Warning, "A file of {Source} was refused: {Reason}")]
    public static partial void Refused(ILogger logger, string source, string reason);

    [LoggerMessage(2612, LogLevel.Error, "The folder of {Source} could not be read to its end: {Reason}")]
    public static partial void Failed(ILogger logger, string source, string reason, Exception failure);
}
