using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using Backbone.Testing;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Integration.Tests.Fuzzing;

/// <summary>Ten thousand hostile requests over every endpoint of the running host, and bytes that are not HTTP at all.</summary>
public sealed class HostileInput(DemonstrationHost host) : IClassFixture<DemonstrationHost>
{
    private const int Requests = 10_000;
    private const int AtOnce = 8;
    private const int Seed = 20261123;

    [Fact(DisplayName = "10,000 hostile requests over every endpoint: no 5xx, nothing of the inside shown")]
    public async Task No_request_breaks_the_host()
    {
        var endpoints = host.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .DistinctBy(endpoint => (endpoint.RoutePattern.RawText, endpoint.DisplayName)).ToList();
        Assert.NotEmpty(endpoints);
        var broken = new ConcurrentQueue<string>();
        using var client = host.NewClient();
        await Parallel.ForAsync(0, Requests, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (number, cancellation) =>
        {
            using var request = HostileRequest.For(endpoints[number % endpoints.Count], new Garbage(Seed + number));
            var asked = $"#{number} {request.Method} {request.RequestUri}";
            try
            {
                using var response = await client.SendAsync(request, cancellation);
                var body = await response.Content.ReadAsStringAsync(cancellation);
                if ((int)response.StatusCode >= 500 || Leaks(body))
                {
                    broken.Enqueue($"{asked}\n  → {(int)response.StatusCode} {body[..Math.Min(300, body.Length)]}");
                }
            }
            catch (HttpRequestException failure)
            {
                // Kestrel may drop a connection on a malformed request; it must not stop answering (checked below).
                if (failure.InnerException is not (IOException or SocketException or null))
                {
                    broken.Enqueue($"{asked}\n  → {failure.Message}");
                }
            }
        });

        Assert.True(broken.IsEmpty, $"{broken.Count} of {Requests} broke the host:\n{string.Join('\n', broken.Take(20))}\n{WhatTheHostLogged()}");
        await AnswersStillAsync();
    }

    [Fact(DisplayName = "Bytes that are not HTTP close one connection and nothing else")]
    public async Task Bytes_that_are_not_HTTP_close_one_connection_and_nothing_else()
    {
        for (var number = 0; number < 300; number++)
        {
            var garbage = new Garbage(Seed - number);
            byte[] sent = garbage.OneIn(2)
                ? garbage.Bytes(3000)
                : [.. Encoding.ASCII.GetBytes("POST /connect/token HTTP/1.1\r\nHost: x\r\nContent-Length: 99999\r\n"), .. garbage.Bytes(300)];
            using var socket = new TcpClient();
            await socket.ConnectAsync(host.Address.Host, host.Address.Port);
            var stream = socket.GetStream();
            try
            {
                await stream.WriteAsync(sent);
                socket.Client.Shutdown(SocketShutdown.Send);
                using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
                using var answer = new MemoryStream();
                await stream.CopyToAsync(answer, deadline.Token);
                Assert.DoesNotContain("HTTP/1.1 5", Encoding.ASCII.GetString(answer.ToArray()), StringComparison.Ordinal);
            }
            catch (IOException)
            {
                // A reset is an answer too.
            }
        }

        await AnswersStillAsync();
    }

    private string WhatTheHostLogged()
    {
        var lines = Directory.EnumerateFiles(Path.Combine(host.DataDirectory, "logs")).SelectMany(path => OpenFile.ReadText(path).Split('\n'));
        return string.Join('\n', lines.Where(line => line.Contains("\"@l\":\"Error\"", StringComparison.Ordinal)).TakeLast(5));
    }

    private static bool Leaks(string body) =>
        body.Contains("   at Backbone.", StringComparison.Ordinal) || body.Contains("System.Exception", StringComparison.Ordinal)
        || body.Contains("StackTrace", StringComparison.Ordinal) || body.Contains("Exception:", StringComparison.Ordinal)
        || body.Contains("SQLite Error", StringComparison.Ordinal);

    private async Task AnswersStillAsync()
    {
        using var client = host.NewClient();
        using var ready = await client.GetAsync("/health/ready");
        Assert.Equal(System.Net.HttpStatusCode.OK, ready.StatusCode);
    }
}

/// <summary>A host with demonstration clients, so that mutations of real client ids get past the first check.</summary>
public sealed class DemonstrationHost : BackboneFixture
{
    protected override void Configure(FixtureSettings settings) => settings.Demo = true;
}
