using System.Net;
using System.Net.Http.Headers;
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
    private readonly string? tokenFile;

    // Read by every connection; whoever is refused reads the file again.
    private volatile string? token;

    /// <param name="prefix">The log's address.</param>
    /// <param name="tokenFile">The file of an access token (RFC 6750); somebody may renew it while this runs.</param>
    /// <exception cref="UnreadableException">The file cannot be read.</exception>
    public HttpFiles(Uri prefix, string? tokenFile = null)
    {
        this.tokenFile = tokenFile;
        token = ReadToken();
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

    private string? ReadToken()
    {
        try
        {
            return tokenFile is null ? null : File.ReadAllText(tokenFile).Trim();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new UnreadableException($"{tokenFile} cannot be read: {problem.Message}", problem);
        }
    }

    private bool TryReadOnce(string path, int most, FileBuffer buffer)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(prefix, path));
        // Read whole, so that the client's patience covers the body too; its buffer has a bound.
        if (token is { } bearer)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        }

        using var answer = client.Send(request, HttpCompletionOption.ResponseContentRead);
        if (answer.StatusCode == HttpStatusCode.Unauthorized)
        {
            token = ReadToken();
        }

        if (answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone)
        {
            return false;
        }

        if (answer.StatusCode != HttpStatusCode.OK)
        {
            var wanted = tokenFile is null && answer.StatusCode is (HttpStatusCode.Found or HttpStatusCode.Unauthorized) ? "; it may want a --token" : "";
            throw new HttpRequestException($"the answer is {(int)answer.StatusCode}{wanted}");
        }

        using var body = answer.Content.ReadAsStream();
        var target = buffer.Reserve((int)Math.Min(body.Length, most + 1L));
        body.ReadExactly(target);
        return true;
    }
}
