using System.Globalization;
using System.Net;
using Backbone.Credit.Paper;
using Backbone.Credit.Tests.Reports;
using Backbone.Platform.Entities;
using Backbone.Platform.Web;
using Backbone.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Backbone.Credit.Tests.Paper;

/// <summary>Whoever asks for a report on paper without end takes one core of the host at most, and is told to wait.</summary>
public sealed class DrawingPlacesTests(ReportHost host) : IClassFixture<ReportHost>
{
    private static readonly EntityCode Mine = EntityCode.Parse(Enterprises.Code);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_organisation_has_one_place_and_the_host_two()
    {
        var clock = new FakeTimeProvider();
        using var places = new DrawingPlaces(clock);
        var (first, second, third) = (Code(1), Code(2), Code(3));
        var drawing = await places.EnterAsync(first, Cancelled);
        var again = places.EnterAsync(first, Cancelled);

        // The one that waits for its own organisation keeps no place from another.
        var others = await places.EnterAsync(second, Cancelled);
        Assert.NotNull(others);
        var late = places.EnterAsync(third, Cancelled);
        Assert.False(again.IsCompleted || late.IsCompleted);

        drawing!.Dispose();
        drawing.Dispose();
        var next = await Task.WhenAny(again, late);
        await Task.Yield();
        Assert.False(again.IsCompleted && late.IsCompleted);
        (await next)!.Dispose();
        var last = await (next == again ? late : again);
        Assert.NotNull(last);
        last.Dispose();
        others.Dispose();
        Assert.Equal(0, places.Organisations);
    }

    [Fact]
    public async Task Who_waits_too_long_or_goes_away_gets_none_and_leaves_nothing_behind()
    {
        var clock = new FakeTimeProvider();
        using var places = new DrawingPlaces(clock);
        var drawing = await places.EnterAsync(Code(1), Cancelled);
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var (waits, leaves) = (places.EnterAsync(Code(1), Cancelled), places.EnterAsync(Code(1), gone.Token));

        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaves);
        Assert.False(waits.IsCompleted);
        clock.Advance(DrawingPlaces.Longest);
        Assert.Null(await waits);

        // The same where the host has no place.
        var other = await places.EnterAsync(Code(2), Cancelled);
        using var goneToo = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        (waits, leaves) = (places.EnterAsync(Code(3), Cancelled), places.EnterAsync(Code(4), goneToo.Token));
        await goneToo.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaves);
        clock.Advance(DrawingPlaces.Longest);
        Assert.Null(await waits);
        Assert.Equal(2, places.Organisations);

        drawing!.Dispose();
        other!.Dispose();
        Assert.Equal(0, places.Organisations);
        for (var i = 0; i < 10; i++)
        {
            using var one = await places.EnterAsync(Code(3), Cancelled);
            using var two = await places.EnterAsync(Code(4), Cancelled);
            Assert.True(one is not null && two is not null);
        }
    }

    [Fact]
    public async Task However_many_ask_at_once_no_more_draw_than_may()
    {
        // By a clock that stands: on a busy machine nobody has waited too long.
        using var places = new DrawingPlaces(new FakeTimeProvider());
        var (now, most, drawn) = (0, 0, 0);
        var ofOne = new int[5];
        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(
            async () =>
            {
                using var place = await places.EnterAsync(Code(i % ofOne.Length), Cancelled);
                Assert.NotNull(place);
                Assert.Equal(1, Interlocked.Increment(ref ofOne[i % ofOne.Length]));
                InterlockedMost(ref most, Interlocked.Increment(ref now));
                await Task.Delay(1, Cancelled);
                Interlocked.Decrement(ref now);
                Interlocked.Decrement(ref ofOne[i % ofOne.Length]);
                Interlocked.Increment(ref drawn);
            },
            Cancelled)));

        Assert.Equal((200, DrawingPlaces.MostOnHost, 0), (drawn, most, places.Organisations));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_finds_no_place_gets_503_and_a_page_that_says_to_try_again_and_then_the_report(bool ofOrganisation)
    {
        if (PaperFont.Find(new CreditOptions(), new BackboneOptions()).File is null)
        {
            RealServers.Missing("A font with Chinese");
        }

        using var browser = new ScriptlessBrowser(host.Address);
        await browser.RepresentAsync(host.Address, host.Account(DemonstrationPeople.CitizenByPhone));
        await host.ReportAsync(Enterprises.Code, ReportHost.Penalty());
        var places = host.Services.GetRequiredService<DrawingPlaces>();
        EntityCode[] taken = ofOrganisation ? [Mine] : [Code(1), Code(2)];
        var drawing = await Task.WhenAll(taken.Select(code => places.EnterAsync(code, Cancelled)));
        await browser.GoAsync("/credit/my/report");

        using (var refused = await PostAsync(browser, Cancelled))
        {
            Assert.Equal((HttpStatusCode.ServiceUnavailable, TimeSpan.FromSeconds(10)), (refused.StatusCode, refused.Headers.RetryAfter?.Delta));
            var page = await refused.Content.ReadAsStringAsync(Cancelled);
            Assert.Contains("正在生成其他报告", page, StringComparison.Ordinal);
            Assert.Contains("href=\"/credit/my/report\"", page, StringComparison.Ordinal);
        }

        // Who closes the browser waits no longer, and keeps nobody from anything. That it waits is seen where it waits for the host.
        if (!ofOrganisation)
        {
            using var gone = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
            var leaving = PostAsync(browser, gone.Token);
            await UntilAsync(() => places.Organisations == taken.Length + 1);
            await gone.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving);
            await UntilAsync(() => places.Organisations == taken.Length);
        }

        Assert.All(drawing, place => place!.Dispose());
        var answers = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => PostAsync(browser, Cancelled)));
        Assert.All(answers, answer => Assert.Equal((HttpStatusCode.OK, "application/pdf"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType)));
        Assert.Equal(0, places.Organisations);
        Assert.All(answers, answer => answer.Dispose());
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        for (var left = 200; !holds(); left--)
        {
            Assert.True(left > 0, "not within ten seconds");
            await Task.Delay(50, Cancelled);
        }
    }

    private static async Task<HttpResponseMessage> PostAsync(ScriptlessBrowser browser, CancellationToken cancellation)
    {
        using var client = new HttpClient(new SocketsHttpHandler { CookieContainer = browser.Cookies, UseProxy = false });
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(browser.Address, "/credit/my/report/pdf"));
        request.Headers.Accept.ParseAdd("text/html");
        request.Content = new FormUrlEncodedContent(
        [
            new("_token", browser.Page.QuerySelector("form[action='/credit/my/report/pdf'] input[name=_token]")!.GetAttribute("value")!), new("purpose", "supervision"),
        ]);
        return await client.SendAsync(request, cancellation);
    }

    private static EntityCode Code(int number) => EntityCode.Compose("91370100", string.Create(CultureInfo.InvariantCulture, $"MB{number:D6}"));

    private static void InterlockedMost(ref int most, int value)
    {
        for (var seen = Volatile.Read(ref most); value > seen && Interlocked.CompareExchange(ref most, value, seen) != seen;)
        {
            seen = Volatile.Read(ref most);
        }
    }
}
