using System.IO.Compression;
using System.Net;

namespace Backbone.Audit.Verifier.Tests;

/// <summary>The same checks over HTTP, on a plain static file server.</summary>
public sealed class HttpTests
{
    [Fact]
    public void A_log_behind_an_address_is_verified_as_in_its_folder()
    {
        using var log = new SampleLog(1_300, 97, 300);
        using var server = new StaticFiles(log.Tlog);
        var run = Run.Json(server.Address);
        Assert.Equal((VerifierProgram.Sound, 0), (run.Code, run.Findings.Count));
        Assert.Equal(VerifierProgram.Sound, Run.Json(server.Address, "--from", Path.Combine(log.Tlog, "checkpoints/300")).Code);

        var path = Path.Combine(log.Tlog, "tile/entries/002");
        var bytes = File.ReadAllBytes(path);
        bytes[1000] ^= 1;
        File.WriteAllBytes(path, bytes);
        var found = Assert.Single(Run.Json(server.Address).Findings);
        Assert.Equal(server.Address + "tile/entries/002", found.File);
        Assert.InRange(1000, found.Bytes!.Value.From, found.Bytes.Value.End - 1);
    }

    [Fact]
    public void A_server_that_fails_is_out_of_reach_and_not_unsound()
    {
        using var log = new SampleLog(300);
        using var server = new StaticFiles(log.Tlog, failing: "tile/0/000");
        var run = Run.Json(server.Address);
        Assert.Equal(VerifierProgram.Unreadable, run.Code);
        Assert.Contains("tile/0/000", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_entries_are_for_some_only_a_token_opens_them_and_is_read_again_when_it_was_renewed()
    {
        using var log = new SampleLog(600);
        using var server = new StaticFiles(log.Tlog, token: "second");
        Assert.Contains("--token", Run.Json(server.Address).Errors, StringComparison.Ordinal);

        var file = log.Aside("token", "first\n"u8.ToArray());
        Assert.Equal(VerifierProgram.Unreadable, Run.Json(server.Address, "--token", file).Code);
        server.Refused += () => File.WriteAllText(file, "second\n");
        Assert.Equal(VerifierProgram.Sound, Run.Json(server.Address, "--token", file).Code);
        Assert.Equal(VerifierProgram.Unreadable, Run.Json(server.Address, "--token", "/nowhere").Code);
        Assert.Equal(VerifierProgram.WrongUsage, Run.Of(log.Tlog, "--token", file).Code);
    }

    /// <summary>Loopback, a free port, GET only.</summary>
    private sealed class StaticFiles : IDisposable
    {
        private readonly HttpListener listener = new();
        private readonly string folder;
        private readonly string? failing;
        private readonly string? token;
        private readonly Task serving;

        public StaticFiles(string folder, string? failing = null, string? token = null)
        {
            (this.folder, this.failing, this.token) = (folder, failing, token);
            using (var probe = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0))
            {
                probe.Start();
                Address = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/log/";
            }

            listener.Prefixes.Add(Address);
            listener.Start();
            serving = ServeAsync();
        }

        public string Address { get; }

        /// <summary>Before an answer without the right token.</summary>
        public event Action? Refused;

        public void Dispose()
        {
            listener.Stop();
            serving.Wait(TimeSpan.FromSeconds(5));
            listener.Close();
        }

        private async Task ServeAsync()
        {
            while (true)
            {
                HttpListenerContext context;
                try
                {
                    context = await listener.GetContextAsync();
                }
                catch (Exception stopped) when (stopped is HttpListenerException or ObjectDisposedException)
                {
                    return;
                }

                var path = context.Request.Url!.AbsolutePath["/log/".Length..];
                var file = Path.Combine(folder, path);
                if (token is not null && path.StartsWith("tile/entries/", StringComparison.Ordinal) && context.Request.Headers["Authorization"] != "Bearer " + token)
                {
                    Refused?.Invoke();
                    context.Response.StatusCode = 401;
                }
                else if (path == failing || !File.Exists(file))
                {
                    context.Response.StatusCode = path == failing ? 500 : 404;
                }
                else
                {
                    // tlog-tiles lets a server compress bundles without being asked.
                    var bytes = await File.ReadAllBytesAsync(file);
                    if (path.StartsWith("tile/entries/", StringComparison.Ordinal))
                    {
                        context.Response.AddHeader("Content-Encoding", "gzip");
                        await using var compressed = new GZipStream(context.Response.OutputStream, CompressionLevel.Fastest);
                        await compressed.WriteAsync(bytes);
                    }
                    else
                    {
                        await context.Response.OutputStream.WriteAsync(bytes);
                    }
                }

                context.Response.Close();
            }
        }
    }
}
