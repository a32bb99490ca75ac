using Backbone.Audit.Doctor;
using Backbone.Platform.Web;
using Backbone.Platform.Web.Hosting;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Backbone.Audit.Tests.Forwarding;

/// <summary>
/// A spool that was put back to an older state, or runs twice: it gives numbers again that others had. Every new event is in the log, none is
/// there twice, and it is said aloud.
/// </summary>
public sealed class RolledBackTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("rolled-back-").FullName;
    private readonly BenchLog log = new();
    private readonly List<string> expected = [];

    private string Data => Path.Combine(folder, "data");

    private string Image => Path.Combine(folder, "image");

    public void Dispose()
    {
        log.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("audit", false)]
    [InlineData("audit", true)]
    [InlineData("audit/spool", false)]
    [InlineData("audit/spool", true)]
    public async Task Of_a_disk_put_back_to_an_older_copy_every_new_event_is_taken_none_twice_and_it_is_said(string restored, bool logRestarted)
    {
        await using (var sender = await BenchSender.StartAsync(Data, log))
        {
            await ForwardAsync(sender, "before", 25);
        }

        Copy(Data, Image);
        await using (var sender = await BenchSender.StartAsync(Data, log))
        {
            await ForwardAsync(sender, "lost to the host", 40);
        }

        Directory.Delete(Path.Combine(Data, restored), recursive: true);
        Copy(Path.Combine(Image, restored), Path.Combine(Data, restored));
        if (logRestarted)
        {
            log.Restart();
        }

        Assert.Equal(restored == "audit/spool", await DoctorSaysAsync("its folder was restored from a copy"));
        await using (var sender = await BenchSender.StartAsync(Data, log))
        {
            Assert.Equal(restored == "audit", sender.HeldCursor);
            await ForwardAsync(sender, "after", 30);
            await ForwardAsync(sender, "beyond what had numbers", 60);
            AssertAllThereOnce();
            Assert.Equal(40, log.Answers.Sum(answer => answer.Reused ?? 0));
            var health = await sender.HealthAsync();
            Assert.Equal(HealthStatus.Degraded, health.Status);
            Assert.Contains("under numbers that others had before", health.Description, StringComparison.Ordinal);
            Assert.True(await DoctorSaysAsync("under numbers that others had before; they are in the log"));
        }

        // It is known after a restart too, and once is enough.
        var answers = log.Answers.Count;
        await using (var sender = await BenchSender.StartAsync(Data, log))
        {
            await ForwardAsync(sender, "later", 5);
            Assert.NotNull(sender.Progress.LastReuse);
            Assert.All(log.Answers.Skip(answers), answer => Assert.Null(answer.Reused));
        }

        AssertAllThereOnce();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Two_hosts_from_one_image_hide_nothing_of_each_other_and_it_is_said(bool logRestarted)
    {
        await using (var sender = await BenchSender.StartAsync(Data, log))
        {
            await ForwardAsync(sender, "before", 25);
            log.Instead = () => throw new HttpRequestException("away");
            expected.AddRange(["in the image 0", "in the image 1"]);
            await sender.AppendAsync("in the image 0", "in the image 1");
        }

        Copy(Data, Image);
        log.Instead = () => null;
        await using var one = await BenchSender.StartAsync(Data, log);
        await using var other = await BenchSender.StartAsync(Image, log);
        for (var round = 0; round < 6; round++)
        {
            await ForwardAsync(one, $"one {round}", 3 + round * 5);
            await ForwardAsync(other, $"other {round}", 20 - round * 3);
            if (logRestarted)
            {
                log.Restart();
            }
            else
            {
                log.MoveMarks();
            }
        }

        AssertAllThereOnce();
        Assert.True(one.Progress.LastReuse is not null || other.Progress.LastReuse is not null);
    }

    [Fact]
    public async Task A_spool_begun_anew_beside_an_old_cursor_is_sent_from_its_beginning()
    {
        await using (var sender = await BenchSender.StartAsync(Data, log))
        {
            await ForwardAsync(sender, "before", 25);
        }

        Directory.Delete(Path.Combine(Data, "audit", "spool"), recursive: true);
        await using (var sender = await BenchSender.StartAsync(Data, log))
        {
            Assert.False(sender.HeldCursor);
            await ForwardAsync(sender, "after", 40);
        }

        AssertAllThereOnce();
        Assert.All(log.Answers, answer => Assert.Null(answer.Reused));
    }

    [Fact]
    public async Task Another_spool_that_is_longer_than_the_cursor_is_sent_from_its_beginning()
    {
        await using (var sender = await BenchSender.StartAsync(Data, log))
        {
            await ForwardAsync(sender, "before", 10);
        }

        log.Instead = () => throw new HttpRequestException("away");
        await using (var sender = await BenchSender.StartAsync(Image, log))
        {
            expected.AddRange(Enumerable.Range(0, 30).Select(id => $"other {id}"));
            await sender.AppendAsync(Enumerable.Range(0, 30).Select(id => $"other {id}"));
        }

        log.Instead = () => null;
        Directory.Delete(Path.Combine(Data, "audit", "spool"), recursive: true);
        Copy(Path.Combine(Image, "audit", "spool"), Path.Combine(Data, "audit", "spool"));
        await using (var sender = await BenchSender.StartAsync(Data, log))
        {
            await ForwardAsync(sender, "after", 1);
        }

        AssertAllThereOnce();
    }

    /// <summary>So many events of that name, and one more, which arrives only when the others were settled.</summary>
    private async Task ForwardAsync(BenchSender sender, string name, int count)
    {
        string[] ids = [.. Enumerable.Range(0, count - 1).Select(id => $"{name} {id}"), $"{name} last"];
        expected.AddRange(ids);
        await sender.AppendAsync(ids[..^1]);
        await log.HoldsAsync(expected.Count - 1);
        await sender.AppendAsync(ids[^1]);
        await log.HoldsAsync(expected.Count);
    }

    private async Task<bool> DoctorSaysAsync(string what)
    {
        var doctor = new SpoolCheck(new BackboneOptions { DataDirectory = Data }, TimeProvider.System);
        return (await doctor.ExamineAsync(TestContext.Current.CancellationToken)).Any(
            finding => finding.What.Contains(what, StringComparison.Ordinal) && finding.Severity == DoctorSeverity.Warning && finding.Advice is not null);
    }

    private void AssertAllThereOnce() => Assert.Equal(expected.Order(StringComparer.Ordinal), log.Ids.Order(StringComparer.Ordinal));

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy, overwrite: true);
        }
    }
}
