using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text;
using AngleSharp.Html.Parser;
using Backbone.Platform.Web.Hosting;
using Backbone.Testing;

namespace Backbone.Integration.Tests.Durability;

/// <summary>
/// The host dies by SIGKILL in the middle of a thousand sign-ins. What it answered must be true afterwards: every sign-in it answered is in
/// the audit log, and no session it said had ended lives.
/// </summary>
public sealed class KillDuringSignIns : IDisposable
{
    private const int SignIns = 1_000;
    private const int KillAfter = 300;

    // Fewer at once per account than wrong tries lock it: a try counts as failed until its password is verified.
    private const int WorkersPerAccount = 2;

    private readonly string data = Directory.CreateTempSubdirectory("backbone-kill-").FullName;

    [Fact(DisplayName = "kill -9 in the middle of 1,000 sign-ins: every answered one is in the log, no session answered as ended lives")]
    public async Task Every_answered_sign_in_is_in_the_log()
    {
        var answered = new ConcurrentBag<Answered>();
        await using (var host = await StartAsync())
        {
            var people = host.Ready["accounts"]!.AsArray()
                .Where(account => account!["totpSecret"] is null)
                .Select(account => new DemonstrationAccount((string)account!["name"]!, (string)account["password"]!, null, [])).ToList();
            Assert.NotEmpty(people);
            var number = 0;
            var enough = new TaskCompletionSource();
            var workers = people.SelectMany(person => Enumerable.Repeat(person, WorkersPerAccount)).Select(async person =>
            {
                while (Interlocked.Increment(ref number) is var mine && mine <= SignIns)
                {
                    if (!await SignInAsync(host.Portal, person, endIt: mine % 2 == 0, answered))
                    {
                        return;
                    }

                    if (answered.Count >= KillAfter)
                    {
                        enough.TrySetResult();
                    }
                }
            }).ToList();
            await Task.WhenAny(enough.Task, Task.WhenAll(workers));
            Assert.True(answered.Count >= KillAfter, $"Only {answered.Count} sign-ins were answered before the workers gave up.\n{host.Output}");
            await host.KillAsync();
            await Task.WhenAll(workers);
        }

        await using var again = await StartAsync();
        var log = OpenFile.ReadLog(data);
        var lost = answered.Where(a => !log.Contains(a.TraceId, StringComparison.Ordinal)).ToList();
        Assert.True(lost.Count == 0, $"{lost.Count} of {answered.Count} answered sign-ins are not in the log.");
        foreach (var one in answered.Where(a => a.Ended).Take(100))
        {
            Assert.False(await LivesAsync(again.Portal, one.Cookie), "A session that was answered as ended is alive.");
        }

        foreach (var one in answered.Where(a => !a.EndAsked).Take(50))
        {
            Assert.True(await LivesAsync(again.Portal, one.Cookie), "A session that was answered as begun is gone.");
        }
    }

    public void Dispose() => Directory.Delete(data, recursive: true);

    private Task<HostProcess> StartAsync() =>
        HostProcess.StartAsync(data, "--set", "Backbone:Identity:Limits:SignInsPerAddressPerMinute=100000");

    /// <summary>Answers false when the host is gone.</summary>
    private static async Task<bool> SignInAsync(Uri portal, DemonstrationAccount person, bool endIt, ConcurrentBag<Answered> answered)
    {
        try
        {
            var cookies = new CookieContainer();
            using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = cookies, UseProxy = false })
            {
                BaseAddress = portal,
            };
            var token = await FormTokenAsync(client, "/sign-in");
            var trace = ActivityTraceId.CreateRandom().ToHexString();
            using var request = new HttpRequestMessage(HttpMethod.Post, "/sign-in");
            request.Content = new FormUrlEncodedContent([new("name", person.Name), new("password", person.Password!), new("return", "/"), token]);
            request.Headers.TryAddWithoutValidation("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom().ToHexString()}-01");
            using var response = await client.SendAsync(request);
            Assert.Equal(HttpStatusCode.SeeOther, response.StatusCode);
            var cookie = cookies.GetCookies(portal)["bb-session"]!.Value;
            var ended = false;
            if (endIt)
            {
                var outToken = await FormTokenAsync(client, "/");
                try
                {
                    using var signOut = await client.PostAsync("/sign-out", new FormUrlEncodedContent([outToken]));
                    ended = signOut.StatusCode == HttpStatusCode.SeeOther;
                }
                finally
                {
                    answered.Add(new Answered(trace, cookie, EndAsked: true, ended));
                }
            }
            else
            {
                answered.Add(new Answered(trace, cookie, EndAsked: false, Ended: false));
            }

            return true;
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            return false;
        }
    }

    private static async Task<KeyValuePair<string, string>> FormTokenAsync(HttpClient client, string path)
    {
        var page = await new HtmlParser().ParseDocumentAsync(await client.GetStringAsync(path));
        var field = page.QuerySelector("input[name=_token]") ?? throw new InvalidOperationException($"{path} has no form token.");
        return new("_token", field.GetAttribute("value")!);
    }

    private static async Task<bool> LivesAsync(Uri portal, string cookie)
    {
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(portal, "/account"));
        request.Headers.Add("Cookie", "bb-session=" + cookie);
        using var response = await client.SendAsync(request);
        return response.StatusCode == HttpStatusCode.OK;
    }

    private sealed record Answered(string TraceId, string Cookie, bool EndAsked, bool Ended);
}
