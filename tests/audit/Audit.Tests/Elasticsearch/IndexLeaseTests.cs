using System.Diagnostics;
using Backbone.Audit.Elasticsearch.Exporting;

namespace Backbone.Audit.Tests.Elasticsearch;

public sealed class IndexLeaseTests
{
    [Fact]
    public async Task The_lease_is_one_for_all_processes_and_falls_with_the_one_that_held_it()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/flock"), "Another process that takes the lock: /usr/bin/flock.");
        var folder = Directory.CreateTempSubdirectory("backbone-lease-").FullName;
        try
        {
            var path = Path.Combine(folder, "rebuild.lock");
            using (Assert.IsType<IndexLease>(IndexLease.TryTake(folder, IndexLease.Rebuild, TimeProvider.System, out _)))
            {
                using var second = Start("-n", path, "true");
                await second.WaitForExitAsync(TestContext.Current.CancellationToken);
                Assert.Equal(1, second.ExitCode);
                Assert.Null(IndexLease.TryTake(folder, IndexLease.Reconcile, TimeProvider.System, out var holder));
                Assert.StartsWith($"{Environment.ProcessId} since ", holder, StringComparison.Ordinal);
            }

            using var other = Start("-o", path, "sh", "-c", "echo held; exec sleep 60");
            Assert.Equal("held", await other.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
            Assert.Null(IndexLease.TryTake(folder, IndexLease.Reconcile, TimeProvider.System, out _));

            other.Kill(entireProcessTree: true);
            await other.WaitForExitAsync(TestContext.Current.CancellationToken);
            using var again = IndexLease.TryTake(folder, IndexLease.Reconcile, TimeProvider.System, out _);
            Assert.NotNull(again);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("/usr/bin/flock") { RedirectStandardOutput = true };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }
}
