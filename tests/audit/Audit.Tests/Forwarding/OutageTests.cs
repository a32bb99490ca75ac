using System.Net;
using System.Net.Http.Headers;
using Backbone.Audit.Forwarding;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Backbone.Audit.Tests.Forwarding;

/// <summary>A log that is away for an hour, or asks to be left alone, by a clock that is turned.</summary>
public sealed class OutageTests : IDisposable
{
    private static readonly ForwardLimits Limits = new();

    /// <summary>The longest pause, and half of it by chance.</summary>
    private static readonly TimeSpan MostRest = Limits.LongestPause * 1.5;

    private readonly string folder = Directory.CreateTempSubdirectory("outage-").FullName;
    private readonly BenchLog log = new();
    private readonly PauseClock clock = new(Limits);

    public void Dispose()
    {
        log.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task After_an_hour_without_the_log_everything_comes_once_and_in_order_and_at_once()
    {
        log.Instead = () => throw new HttpRequestException("nobody is there");
        await using var sender = await BenchSender.StartAsync(folder, log, clock, Limits);
        await sender.AppendAsync("0");
        var away = clock.GetUtcNow();
        List<TimeSpan> rests = [];
        while (clock.GetUtcNow() - away < TimeSpan.FromHours(1))
        {
            rests.Add(await clock.PassRestAsync());
            await sender.AppendAsync($"{rests.Count}");
        }

        Assert.All(rests, rest => Assert.InRange(rest, Limits.FirstPause / 2, MostRest));
        Assert.InRange(rests[0], Limits.FirstPause / 2, Limits.FirstPause);
        Assert.InRange(rests.Count, 80, 300);
        await clock.RestAsync();
        var health = await sender.HealthAsync();
        Assert.Equal(HealthStatus.Degraded, health.Status);
        Assert.Contains($"since {away:u}: the log at https://log.example.cn is out of reach: nobody is there", health.Description, StringComparison.Ordinal);
        Assert.Contains("Backbone:Audit:Forward:Url", health.Description, StringComparison.Ordinal);

        log.Instead = () => null;
        clock.Advance(MostRest);
        await log.HoldsAsync(rests.Count + 1);
        Assert.Equal(Enumerable.Range(0, rests.Count + 1).Select(id => $"{id}"), log.Ids);

        // What the answer changed is there before the next batch goes out.
        await sender.AppendAsync("last");
        await log.HoldsAsync(rests.Count + 2);
        Assert.Equal(HealthStatus.Healthy, (await sender.HealthAsync()).Status);
        Assert.Null(sender.Status!.Fault);
    }

    [Theory]
    [InlineData(429, "20", 20)]
    [InlineData(503, "7", 7)]
    [InlineData(503, "date+12", 12)]
    [InlineData(503, "2147483647", 30)]
    [InlineData(429, "date+31536000", 30)]
    [InlineData(503, "0", 0.125)]
    [InlineData(503, "date-60", 0.125)]
    [InlineData(503, "99999999999999999999", 0.125)]
    [InlineData(503, "soon", 0.125)]
    [InlineData(503, "-5", 0.125)]
    public async Task Retry_After_is_kept_to_within_the_longest_pause_and_nonsense_is_none(int status, string value, double least)
    {
        log.Instead = () => Refusal(status, value);
        await using var sender = await BenchSender.StartAsync(folder, log, clock, Limits);
        await sender.AppendAsync("0");
        Assert.InRange(await clock.RestAsync(), TimeSpan.FromSeconds(least), TimeSpan.FromSeconds(least) + Limits.FirstPause / 2);
        Assert.Equal($"the log at https://log.example.cn answered {status}", sender.Progress.Fault!.Reason);
        Assert.Contains("/health/ready", sender.Progress.Fault.Cure, StringComparison.Ordinal);
        log.Instead = () => null;
        clock.Advance(TimeSpan.FromSeconds(31));
        await log.HoldsAsync(1);
    }

    [Fact]
    public async Task A_log_that_asks_for_patience_for_ever_is_asked_again_for_ever_and_no_oftener_than_it_said()
    {
        log.Instead = () => Refusal(503, "30");
        await using var sender = await BenchSender.StartAsync(folder, log, clock, Limits);
        await sender.AppendAsync("0");
        for (var i = 0; i < 20; i++)
        {
            Assert.InRange(await clock.PassRestAsync(), Limits.LongestPause, MostRest);
        }
    }

    [Fact]
    public async Task An_issuer_that_asks_for_patience_has_it_too()
    {
        log.InsteadOfToken = () => Refusal(503, "11");
        await using var sender = await BenchSender.StartAsync(folder, log, clock, Limits);
        await sender.AppendAsync("0");
        Assert.InRange(await clock.PassRestAsync(), TimeSpan.FromSeconds(11), TimeSpan.FromSeconds(11) + Limits.FirstPause / 2);
        await clock.RestAsync();
        Assert.Equal("the issuer at https://issuer.example.cn answered 503", sender.Progress.Fault!.Reason);
        Assert.Equal(0, log.Length);
    }

    [Theory]
    [InlineData("""{"error":"invalid_client","error_description":"no <secret>"}""", "answered 400 invalid_client")]
    [InlineData("""{"error":"Not a code"}""", "answered 400")]
    public async Task What_an_issuer_refuses_is_said_by_its_code_alone(string body, string reason)
    {
        log.InsteadOfToken = () => new HttpResponseMessage(HttpStatusCode.BadRequest) { Content = new StringContent(body) };
        await using var sender = await BenchSender.StartAsync(folder, log, clock, Limits);
        await sender.AppendAsync("0");
        await clock.RestAsync();
        Assert.EndsWith(reason, sender.Status!.Fault, StringComparison.Ordinal);
        Assert.Contains("ClientSecret", sender.Status.Cure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_without_an_end_takes_no_memory_and_no_event()
    {
        var endless = new Endless();
        log.Instead = () => new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(endless) };
        await using var sender = await BenchSender.StartAsync(folder, log, clock, Limits);
        await sender.AppendAsync("0");
        await clock.RestAsync();
        Assert.Equal(0, sender.Progress.Next);
        Assert.NotNull(sender.Progress.Fault);
        Assert.InRange(endless.Given, 1, 32 << 20);
        log.Instead = () => null;
        clock.Advance(MostRest);
        await log.HoldsAsync(1);
    }

    private HttpResponseMessage Refusal(int status, string retryAfter)
    {
        var answer = new HttpResponseMessage((HttpStatusCode)status);
        if (retryAfter.StartsWith("date", StringComparison.Ordinal))
        {
            answer.Headers.RetryAfter = new RetryConditionHeaderValue(clock.GetUtcNow().AddSeconds(int.Parse(retryAfter["date".Length..], null)));
        }
        else
        {
            answer.Headers.TryAddWithoutValidation("Retry-After", retryAfter);
        }

        return answer;
    }

    /// <summary>Zeros without an end.</summary>
    private sealed class Endless : Stream
    {
        /// <summary>Bytes that were read.</summary>
        public long Given { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => 0;
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            Given += count;
            return count;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
