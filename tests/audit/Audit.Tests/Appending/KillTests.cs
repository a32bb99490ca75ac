using System.Diagnostics;
using System.Globalization;
using System.Text;
using Backbone.Audit.Appending;
using Backbone.Audit.Storage;
using Backbone.Platform;

namespace Backbone.Audit.Tests.Appending;

public sealed class KillTests
{
    private const string FolderVariable = "BACKBONE_TEST_APPEND_TO";
    private const int Producers = 16;
    private const int AcknowledgedBeforeTheKill = 2_000;
    private static readonly SegmentLogSettings Settings = new() { SegmentBytes = 64 * 1024, VerifyAll = true };

    /// <summary>Runs itself as a second process, which appends and says what was acknowledged until it is killed.</summary>
    [Fact]
    public async Task Every_acknowledged_event_is_there_after_kill_9()
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is { } folder)
        {
            await AppendUntilKilledAsync(folder);
            return;
        }

        using var temporary = new TemporaryLog();
        for (var round = 0; round < 2; round++)
        {
            var acknowledged = await KillAfterAsync(temporary.Folder);
            await using var log = temporary.Open(Settings);
            var records = log.Records.Read(0, int.MaxValue).ToList();
            Assert.True(acknowledged.Count >= AcknowledgedBeforeTheKill);
            Assert.All(acknowledged, entry => Assert.Equal(entry.Id, records[(int)entry.Index].EventId));
            Assert.Equal(records.Count, records.Select(record => record.EventId).Distinct().Count());
        }
    }

    private static async Task<List<(long Index, Guid Id)>> KillAfterAsync(string folder)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "Backbone.Audit.Tests")) { RedirectStandardOutput = true };
        start.ArgumentList.Add("-method");
        start.ArgumentList.Add($"{typeof(KillTests).FullName}.{nameof(Every_acknowledged_event_is_there_after_kill_9)}");
        start.Environment[FolderVariable] = folder;
        using var child = Process.Start(start)!;
        var acknowledged = new List<(long, Guid)>();
        while (await child.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.Split(' ') is ["ack", var index, var id])
            {
                acknowledged.Add((long.Parse(index, CultureInfo.InvariantCulture), Guid.Parse(id)));
            }

            if (acknowledged.Count == AcknowledgedBeforeTheKill)
            {
                child.Kill();
            }
        }

        await child.WaitForExitAsync();
        return acknowledged;
    }

    private static async Task AppendUntilKilledAsync(string folder)
    {
        var log = new SegmentLog(new FileSegmentStore(folder), Settings, Guid.CreateVersion7());
        var output = global::System.Console.OpenStandardOutput();
        var gate = new Lock();
        await Task.WhenAll(Enumerable.Range(0, Producers).Select(_ => Task.Run(async () =>
        {
            while (true)
            {
                var id = EventId.New(TimeProvider.System);
                var index = await log.AppendAsync(id, TemporaryLog.Payload(id, 500));
                var line = Encoding.ASCII.GetBytes($"\nack {index} {id}\n");
                lock (gate)
                {
                    output.Write(line);
                }
            }
        })));
    }
}
