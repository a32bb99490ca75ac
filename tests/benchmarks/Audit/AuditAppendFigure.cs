namespace Backbone.Benchmarks.Audit;

/// <summary>The figure <c>audit.append</c>: the log by itself on a fresh folder, no host around it.</summary>
internal sealed class AuditAppendFigure : IFigure
{
    public string Name => AuditAppend.Name;

    public string Unit => "events/s";

    public Goal Goal => new(AtLeast: true, 100_000);

    public async Task<double> MeasureAsync(TextWriter progress)
    {
        var folder = Directory.CreateTempSubdirectory("backbone-append-").FullName;
        try
        {
            await progress.WriteLineAsync("appending from many producers; every acknowledgement after an fsync");
            var (events, bytes) = await AuditAppend.RunAsync(folder);
            await progress.WriteLineAsync(FormattableString.Invariant($"{bytes:F0} bytes allocated per append"));
            return events;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
