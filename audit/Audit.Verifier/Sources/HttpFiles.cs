using System.Net;
using Backbone.Audit.Log.Tiles;

namespace Backbone.Audit.Verifier.Sources;

/// <summary>The files of a log below an address. Plain HTTP only to this machine. No redirects: a log's address is its own.</summary>
internal sealed class HttpFiles : LogFiles
{
    private const int Connections = 16;
    private const int Attempts = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Uri prefix;
    private readonly HttpClient client;

    public HttpFiles(Uri prefix)
    {
        this.prefix = new Uri(prefix.AbsoluteUri.TrimEnd('/') + "/");
        client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.GZip,
            MaxConnectionsPerServer = Connections,
            UseCookies = false,
        })
        {
            Timeout = Patience,
            MaxResponseContentBufferSize = EntryBundle.MaxBytes + 1,
        };
    }

    public override int Concurrency => Connections;

    public static bool IsAllowed(Uri address)
    {
        return address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback);
    }

    public override string NameOf(string path)
    {
        return new Uri(prefix, path).AbsoluteUri;
    }

    public override bool TryRead(string path, int most, FileBuffer buffer)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return TryReadOnce(path, most, buffer);
            }
            catch (Exception problem) when (problem is HttpRequestException or IOException or TaskCanceledException)
            {
                if (attempt == Attempts)
                {
                    throw new UnreadableException($"{NameOf(path)} cannot be read: {problem.Message}", problem);
                }
            }
        }
    }

    public override void Dispose()
    {
        client.Dispose();
        base.Dispose();
    }

    private bool TryReadOnce(string path, int most, FileBuffer buffer)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(prefix, path));
        // Read whole, so that the client's patience covers the body too; its buffer has a bound.
        using var answer = client.Send(request, HttpCompletionOption.ResponseContentRead);
        if (answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone)
        {
            return false;
        }

        if (answer.StatusCode != HttpStatusCode.OK)
        {
            throw new HttpRequestException($"the answer is {(int)answer.StatusCode}");
        }

        using var body = answer.Content.ReadAsStream();
        var target = buffer.Reserve((int)Math.Min(body.Length, most + 1L));
        body.ReadExactly(target);
        return true;
    }
}
