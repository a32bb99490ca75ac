using System.Net;
using Backbone.Platform.Web;
using Backbone.Platform.Web.Hosting;

namespace Backbone.Host.Startup;

/// <summary>Asks everything the table promises, over real sockets. Ready in the file means ready in truth.</summary>
internal static class SelfProbe
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <summary>Returns when every address answers.</summary>
    /// <exception cref="StartRefusedException">One did not, with its name and its last answer.</exception>
    public static async Task RunAsync(BackboneOptions options, bool identity, SampleAddresses? samples, TimeProvider clock, CancellationToken cancellation)
    {
        var self = options.Urls.Split(';')[0].Replace("//*:", "//localhost:", StringComparison.Ordinal)
            .Replace("//+:", "//localhost:", StringComparison.Ordinal).Replace("//0.0.0.0:", "//localhost:", StringComparison.Ordinal)
            .Replace("//[::]:", "//localhost:", StringComparison.Ordinal).TrimEnd('/');
        List<string> addresses = [$"{self}/health/ready"];
        if (identity)
        {
            addresses.AddRange([$"{self}/.well-known/openid-configuration", $"{self}/"]);
        }

        if (samples is not null)
        {
            addresses.AddRange([samples.CitizenApp, samples.OfficeApp]);
        }

        // The certificate is made for the public name; the probe asks its own process on loopback and sends nothing.
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false };
#pragma warning disable CA5359 // See above: nobody but this process is asked.
        handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        using var client = new HttpClient(handler) { Timeout = Limit };
        foreach (var address in addresses)
        {
            await AnswerAsync(client, address, clock, cancellation);
        }
    }

    private static async Task AnswerAsync(HttpClient client, string address, TimeProvider clock, CancellationToken cancellation)
    {
        var started = clock.GetTimestamp();
        while (true)
        {
            string last;
            try
            {
                using var answer = await client.GetAsync(new Uri(address), cancellation);
                if ((int)answer.StatusCode < 400)
                {
                    return;
                }

                last = $"{(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(cancellation)}";
                if (answer.StatusCode is HttpStatusCode.NotFound)
                {
                    throw new StartRefusedException(1, [$"{address} does not exist (404)."]);
                }
            }
            catch (HttpRequestException failure)
            {
                last = failure.Message;
            }

            if (clock.GetElapsedTime(started) > Limit)
            {
                throw new StartRefusedException(1, [$"{address} did not answer within {Limit.TotalSeconds} s. Last: {last}"]);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellation);
        }
    }
}
