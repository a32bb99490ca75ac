using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Backbone.Audit.Receiving.Otlp;
using Backbone.Audit.Tests.Receiving.Otlp;
using static Backbone.Audit.Tests.Receiving.SendersHost;

namespace Backbone.Audit.Tests.Receiving;

/// <summary>Senders that are broken or mean ill: refused in time, with a status below 500, and nothing half done is left.</summary>
public sealed class HostileSenderTests(SendersHost host) : IClassFixture<SendersHost>
{
    private const int Mebibyte = 1 << 20;

    [Fact]
    public async Task What_is_no_event_is_refused_by_its_line_and_the_others_are_taken()
    {
        using var sender = await host.SenderAsync();
        byte[][] lines =
        [
            Encoding.UTF8.GetBytes(Event()),
            Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", 100_000))),
            Encoding.UTF8.GetBytes(new string('[', 100_000)),
            [.. "{\"message\":\""u8, 0xff, 0xc0, 0xaf, .. "\"}"u8],
            [.. "{\"message\":\""u8, 0xed, 0xa0, 0x80, .. "\"}"u8],
            Encoding.UTF8.GetBytes(Event(more: ""","event.action":"two" """)),
            Encoding.UTF8.GetBytes(Event(more: $""","message":"{new string('x', 200_000)}" """)),
            [0, 1, 2, 3],
            Encoding.UTF8.GetBytes(Event(more: string.Concat(Enumerable.Range(0, 300).Select(i => $",\"f{i}\":1")))),
            Encoding.UTF8.GetBytes(Event()),
        ];
        var (status, answers) = await SendAsync(sender, Bytes([.. lines.SelectMany(line => (byte[])[.. line, (byte)'\n'])]));

        Assert.Equal(HttpStatusCode.MultiStatus, status);
        Assert.Equal([1, 10], answers.Where(answer => (string)answer["state"]! == "accepted").Select(answer => (int)answer["line"]!));
        Assert.Equal(lines.Length, answers.Length);
        Assert.All(answers, answer => Assert.True(answer.ToJsonString().Length < 10_000));
    }

    [Fact]
    public async Task A_batch_beyond_a_bound_is_refused_as_a_whole_and_nothing_of_it_is_written()
    {
        using var sender = await host.SenderAsync();
        var start = host.Log.Records.EndIndex;
        var filled = Encoding.UTF8.GetBytes(Event() + "\n" + new string(' ', 8 * Mebibyte));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await StatusAsync(sender, Bytes(filled)));
        Assert.Contains(await ChunkedAsync(sender, filled), (HttpStatusCode?[])[HttpStatusCode.RequestEntityTooLarge, null]);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await StatusAsync(sender, Lines(Enumerable.Repeat(Event(), 10_001))));
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(sender, Lines("", "  ", "\r")));
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(sender, Lines()));
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, await StatusAsync(sender, new StringContent(Event(), Encoding.UTF8, "text/csv")));
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, await StatusAsync(sender, Bytes(Encoding.UTF8.GetBytes(Event()), "br")));
        Assert.Empty(host.ExternalSince(start));
    }

    [Fact]
    public async Task A_packed_batch_that_is_a_bomb_or_not_whole_writes_nothing()
    {
        using var sender = await host.SenderAsync();
        var start = host.Log.Records.EndIndex;
        var bomb = Packed([.. Encoding.UTF8.GetBytes(Event() + "\n"), .. new byte[64 * Mebibyte]]);
        Assert.True(bomb.Length < Mebibyte);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await StatusAsync(sender, Bytes(bomb, "gzip")));

        var whole = Packed(Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Range(0, 50).Select(i => Event($"cut-{i}")))));
        foreach (var length in (int[])[0, 1, 3, 9, 10, 11, whole.Length / 3, whole.Length / 2, whole.Length - 9, whole.Length - 8, whole.Length - 4, whole.Length - 1])
        {
            var cut = await StatusAsync(sender, Bytes(whole[..length], "gzip"));
            Assert.True(cut == HttpStatusCode.BadRequest, $"cut to {length} bytes: {cut}");
        }

        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(sender, Bytes([.. whole, .. whole], "gzip")));
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(sender, Bytes(Encoding.UTF8.GetBytes(Event()), "gzip")));
        Assert.Empty(host.ExternalSince(start));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(sender, Bytes(whole, "gzip")));
    }

    [Fact]
    public async Task A_sender_with_too_many_batches_is_told_to_come_again_and_so_is_anybody_when_all_places_are_taken()
    {
        using var one = await host.SenderAsync();
        using var two = await host.SenderAsync("sender-two");
        using (var first = await HeldAsync(one))
        using (var second = await HeldAsync(one))
        {
            using var third = await one.PostAsync(new Uri("/audit/v1/events", UriKind.Relative), Lines(Event()));
            Assert.Equal(HttpStatusCode.TooManyRequests, third.StatusCode);
            Assert.True(third.Headers.RetryAfter?.Delta > TimeSpan.Zero);

            Assert.Equal(HttpStatusCode.OK, await StatusAsync(two, Lines(Event())));
            using var last = await HeldAsync(two);
            using var full = await two.PostAsync(new Uri("/audit/v1/events", UriKind.Relative), Lines(Event()));
            Assert.Equal(HttpStatusCode.ServiceUnavailable, full.StatusCode);
            Assert.True(full.Headers.RetryAfter?.Delta > TimeSpan.Zero);
        }

        await UntilTakenAsync(one);
    }

    [Fact]
    public async Task A_sender_that_dribbles_is_given_up_within_the_time_set()
    {
        using var sender = await host.SenderAsync();
        var start = host.Log.Records.EndIndex;
        using var slow = await HeldAsync(sender);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(40));
        var answer = await slow.AnswerWhileDribblingAsync(limit.Token);
        Assert.True(answer.Length == 0 || answer.StartsWith("HTTP/1.1 408", StringComparison.Ordinal), answer);
        Assert.Empty(host.ExternalSince(start));
        await UntilTakenAsync(sender);
    }

    [Fact]
    public async Task Of_a_batch_that_breaks_off_with_its_connection_nothing_is_written_and_what_was_answered_before_is_there()
    {
        using var sender = await host.SenderAsync();
        var start = host.Log.Records.EndIndex;
        var (_, answered) = await SendAsync(sender, Lines(Enumerable.Range(0, 200).Select(i => Event($"answered-{i}"))));
        for (var i = 0; i < 20; i++)
        {
            using var broken = await HeldAsync(sender, $"{Event()}\n{Event()}\n{Event()}");
        }

        await UntilTakenAsync(sender);
        var there = host.ExternalSince(start).Select(leaf => (string)leaf["event"]!["id"]!).ToList();
        Assert.Equal(answered.Select(answer => (string)answer["id"]!), there.Take(200));
        Assert.Equal(201, there.Count);
    }

    [Fact]
    public async Task Any_bytes_in_any_clothes_are_answered_below_500_and_the_host_goes_on()
    {
        using var sender = await host.SenderAsync();
        string[] paths = ["/audit/v1/events", ReceiveOtlpLogs.Path];
        string[] types = ["application/x-ndjson", "application/json", "application/x-protobuf", "application/ndjson; charset=gbk", "text/plain"];
        string?[] encodings = [null, "gzip", "identity", "br", "gzip, gzip"];
        byte[][] seeds = [Encoding.UTF8.GetBytes(Event()), ProtoBytes.Request(ProtoBytes.Record()), "{\"resourceLogs\":[{\"scopeLogs\":[]}]}"u8.ToArray(), Packed(Encoding.UTF8.GetBytes(Event()))];
        for (var round = 0; round < 400; round++)
        {
            byte[] body = [.. seeds[RandomNumberGenerator.GetInt32(seeds.Length)]];
            for (var change = RandomNumberGenerator.GetInt32(6); change > 0 && body.Length > 0; change--)
            {
                body[RandomNumberGenerator.GetInt32(body.Length)] = (byte)RandomNumberGenerator.GetInt32(256);
            }

            using var content = new ByteArrayContent(round % 7 == 0 ? RandomNumberGenerator.GetBytes(300) : body);
            content.Headers.TryAddWithoutValidation("Content-Type", types[RandomNumberGenerator.GetInt32(types.Length)]);
            if (encodings[RandomNumberGenerator.GetInt32(encodings.Length)] is { } encoding)
            {
                content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
            }

            using var answer = await sender.PostAsync(new Uri(paths[round % 2], UriKind.Relative), content);
            Assert.True((int)answer.StatusCode < 500, $"{(int)answer.StatusCode} to {Convert.ToHexString(body)}");
        }

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(sender, Lines(Event())));
    }

    /// <summary>A request whose body has begun and does not end; on a connection of its own.</summary>
    private async Task<HeldRequest> HeldAsync(HttpClient sender, string? begun = null)
    {
        var held = await HeldRequest.BeginAsync(host.Address, sender.DefaultRequestHeaders.Authorization!.ToString(), begun ?? Event() + "\n");

        // The server sees it some moments later.
        await Task.Delay(200);
        return held;
    }

    /// <summary>Null where the server closed the connection while the body was still being sent.</summary>
    private static async Task<HttpStatusCode?> ChunkedAsync(HttpClient sender, byte[] body)
    {
        try
        {
            return await StatusAsync(sender, new Chunked(body));
        }
        catch (HttpRequestException closed) when (closed.InnerException is IOException)
        {
            return null;
        }
    }

    /// <summary>The server notices some moments later that others are gone; then their places are free.</summary>
    private static async Task UntilTakenAsync(HttpClient sender)
    {
        var end = TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(20);
        while (await StatusAsync(sender, Lines(Event())) is var status && status != HttpStatusCode.OK)
        {
            Assert.True(TimeProvider.System.GetUtcNow() < end, $"still {status}");
            await Task.Delay(100);
        }
    }

    private sealed class HeldRequest : IDisposable
    {
        private readonly TcpClient connection = new();

        public static async Task<HeldRequest> BeginAsync(Uri host, string authorization, string begun)
        {
            var held = new HeldRequest();
            await held.connection.ConnectAsync(host.Host, host.Port);
            await held.connection.GetStream().WriteAsync(Encoding.UTF8.GetBytes(
                $"POST /audit/v1/events HTTP/1.1\r\nHost: {host.Authority}\r\nAuthorization: {authorization}\r\n"
                + $"Content-Type: application/x-ndjson\r\nContent-Length: 1000000\r\n\r\n{begun}"));
            return held;
        }

        /// <summary>A byte every fifth of a second until the server has had enough; what it said last.</summary>
        public async Task<string> AnswerWhileDribblingAsync(CancellationToken cancellation)
        {
            var stream = connection.GetStream();
            var buffer = new byte[4096];
            var reading = stream.ReadAsync(buffer, cancellation).AsTask();
            try
            {
                while (!reading.IsCompleted)
                {
                    await stream.WriteAsync(" "u8.ToArray(), cancellation);
                    await Task.WhenAny(reading, Task.Delay(200, cancellation));
                }

                return Encoding.ASCII.GetString(buffer, 0, await reading);
            }
            catch (IOException)
            {
                return "";
            }
        }

        public void Dispose()
        {
            connection.Client.LingerState = new LingerOption(true, 0);
            connection.Dispose();
        }
    }

    /// <summary>A body of unknown length.</summary>
    private sealed class Chunked : HttpContent
    {
        private readonly byte[] body;

        public Chunked(byte[] body)
        {
            this.body = body;
            Headers.ContentType = new("application/x-ndjson");
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => stream.WriteAsync(body, 0, body.Length);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
