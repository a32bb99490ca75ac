using System.Diagnostics;
using System.Globalization;
using Backbone.Audit.Searching.Embedded;
using Backbone.Audit.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace Backbone.Benchmarks.Audit.Index;

/// <summary>
/// The embedded index of ten million events, fed as the host feeds it, from leaves in a file. <c>BACKBONE_BENCH_INDEX</c> names a folder that it is
/// built in once and kept; without it each figure builds its own and deletes it. <c>BACKBONE_BENCH_EVENTS</c> makes it smaller.
/// </summary>
internal sealed class SampleIndex : IDisposable
{
    private const int Batch = 2_048;
    private readonly string folder;
    private readonly bool isKept;
    private readonly IndexWriter writer;
    private readonly MergeFiles merging;
    private readonly SampleEvents sample;

    private SampleIndex(string folder, bool isKept)
    {
        this.folder = folder;
        this.isKept = isKept;
        var options = new EmbeddedIndexOptions();
        Index = new EmbeddedIndex(folder, options);
        writer = new IndexWriter(Index.Database, Index.Folder, Index.Views, options, TimeProvider.System, NullLogger.Instance);
        merging = new MergeFiles(Index.Folder, writer, options, TimeProvider.System);
        sample = new SampleEvents(Events);
    }

    public static int Events { get; } = int.Parse(Setting("EVENTS") ?? "10000000", CultureInfo.InvariantCulture);

    public EmbeddedIndex Index { get; }

    /// <summary>Events per second of feeding, until all are in files; null when the index was there already.</summary>
    public double? Rate { get; private set; }

    /// <param name="progress">Told how far it is.</param>
    /// <param name="anew">Build it even where it is kept.</param>
    public static async Task<SampleIndex> OpenAsync(TextWriter progress, bool anew = false)
    {
        var kept = Setting("INDEX");
        var folder = kept is null
            ? Directory.CreateTempSubdirectory("backbone-index-").FullName
            : Path.Combine(kept, FormattableString.Invariant($"v{IndexColumns.Version}-{Events}"));
        if (anew && Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        var opened = new SampleIndex(folder, kept is not null);
        opened.writer.Open(0, Events, opened.sample.Leaf);
        opened.writer.Show();
        if (opened.writer.End < Events)
        {
            await opened.BuildAsync(progress);
        }

        return opened;
    }

    public void Dispose()
    {
        Index.Dispose();
        if (!isKept)
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string? Setting(string name) => new ConfigurationBuilder().AddEnvironmentVariables("BACKBONE_BENCH_").Build()[name];

    private async Task BuildAsync(TextWriter progress)
    {
        await progress.WriteLineAsync(FormattableString.Invariant($"{Events:N0} leaves are made, which is not measured"));
        using var leaves = SampleLeaves.Open(isKept ? folder.TrimEnd('/') + ".leaves" : Path.Combine(folder, "leaves"), sample, Events);
        leaves.Skip(writer.End);
        var clock = Stopwatch.StartNew();
        var first = writer.End;
        var told = TimeSpan.Zero;
        var processor = Environment.CpuUsage.TotalTime;
        while (writer.End < Events)
        {
            if (writer.TakesWhole(Events))
            {
                writer.AppendWhole((_, count) => Batches(leaves, count));
            }
            else
            {
                writer.Append(leaves.Read((int)Math.Min(Batch, Events - writer.End)));
            }

            if (clock.Elapsed - told > TimeSpan.FromSeconds(20))
            {
                told = clock.Elapsed;
                await progress.WriteLineAsync(FormattableString.Invariant($"{writer.End:N0} events, {(writer.End - first) / clock.Elapsed.TotalSeconds:N0}/s, {Resident.Now >> 20} MiB"));
            }
        }

        writer.Flush();
        writer.Settle(wait: true);
        Rate = (Events - first) / clock.Elapsed.TotalSeconds;
        await progress.WriteLineAsync(FormattableString.Invariant(
            $"{(Environment.CpuUsage.TotalTime - processor).TotalMicroseconds / (Events - first):F1} µs of processor for each event"));
        await TellAsync(progress, "fed", clock);
        clock.Restart();
        while (merging.Next() is { Count: > 0 } several)
        {
            merging.Merge(several, CancellationToken.None);
        }

        await TellAsync(progress, "merged", clock);
    }

    private static IEnumerable<LogRecord[]> Batches(SampleLeaves leaves, int count)
    {
        for (; count > 0; count -= Batch)
        {
            yield return leaves.Read(Math.Min(Batch, count));
        }
    }

    private Task TellAsync(TextWriter progress, string what, Stopwatch clock) => progress.WriteLineAsync(FormattableString.Invariant(
        $"{Events:N0} events {what} in {clock.Elapsed.TotalSeconds:F0} s: {writer.Files.Length} files of {writer.Files.Sum(file => file.Bytes) >> 20} MiB, {Resident.Now >> 20} MiB resident, {Resident.Peak >> 20} at most"));
}

/// <summary>Resident memory of this process, in bytes, as the kernel counts it.</summary>
internal static class Resident
{
    public static long Now => Read("VmRSS:");

    public static long Peak => Read("VmHWM:");

    private static long Read(string name) => File.Exists("/proc/self/status")
        ? File.ReadLines("/proc/self/status").Where(line => line.StartsWith(name, StringComparison.Ordinal))
            .Select(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) << 10).Single()
        : Process.GetCurrentProcess().WorkingSet64;
}
