using Backbone.Testing;

namespace Backbone.Integration.Tests.Start;

/// <summary>Ctrl-C or SIGTERM while the host starts. Where it stands is read from what it has made so far.</summary>
public sealed class StoppingAStart
{
    [Theory]
    [InlineData("", "INT")] // the folder itself: before keys, log and database
    [InlineData("keys", "TERM")]
    [InlineData("audit/log", "INT")]
    [InlineData("identity.db", "TERM")] // migrations
    [InlineData("secrets", "INT")] // seeding
    public async Task Ends_cleanly_and_a_second_start_works_with_every_event_once(string made, string signal)
    {
        var folder = Directory.CreateTempSubdirectory("backbone-abort-").FullName;
        Directory.Delete(folder);
        try
        {
            string said;
            await using (var host = HostProcess.Begin(folder, "--set", "Backbone:SampleApps=false"))
            {
                await AppearsAsync(Path.Combine(folder, made), host);
                Assert.Equal(0, await host.StopAsync(signal));
                said = host.Output;
            }

            Assert.DoesNotContain("Backbone is ready.", said, StringComparison.Ordinal);
            Assert.Contains("Stopped before it was ready.", said, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
            Assert.DoesNotContain("exception", said, StringComparison.OrdinalIgnoreCase);
            Assert.False(File.Exists(Path.Combine(folder, "ready.json")));

            await using (var again = await HostProcess.StartAsync(folder, "--set", "Backbone:SampleApps=false"))
            {
                using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { BaseAddress = again.Portal };
                Assert.True((await client.GetAsync("/health/ready", TestContext.Current.CancellationToken)).IsSuccessStatusCode);
                Assert.Equal(0, await again.StopAsync());
                Assert.Equal(again.Ready["accounts"]!.AsArray().Count, CountOf("account-create", folder));
            }

            Assert.Empty(Directory.EnumerateFiles(folder, "*.tmp", SearchOption.AllDirectories));
            Assert.Empty(Directory.EnumerateFiles(folder, ".*", SearchOption.AllDirectories));
        }
        finally
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    private static int CountOf(string action, string folder) => Directory.EnumerateFiles(Path.Combine(folder, "audit", "log"), "*.seg")
        .Sum(segment => File.ReadAllText(segment).Split($"\"action\":\"{action}\"").Length - 1);

    private static async Task AppearsAsync(string path, HostProcess host)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!Path.Exists(path))
        {
            Assert.False(host.HasEnded, host.Output);
            await Task.Delay(1, limit.Token);
        }
    }
}
