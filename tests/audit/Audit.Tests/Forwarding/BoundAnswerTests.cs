using Backbone.Audit.Contracts.Events;
using Backbone.Audit.Events;
using Backbone.Audit.Forwarding;
using Backbone.Platform.Web;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Audit.Tests.Forwarding;

/// <summary>The client that a forwarding host really uses, not a test's own.</summary>
public sealed class BoundAnswerTests
{
    private const int MostBytes = 16 << 20;

    [Theory]
    [InlineData(MostBytes, true)]
    [InlineData(MostBytes + 1, false)]
    public async Task Of_an_answer_longer_than_any_log_gives_no_more_is_read(int bytes, bool isRead)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Backbone:Audit:Forward:Url"] = "https://log.example.cn",
            ["Backbone:Audit:Forward:Issuer"] = "https://issuer.example.cn",
            ["Backbone:Audit:Forward:ClientId"] = "host-two",
            ["Backbone:Audit:Forward:ClientSecret"] = "secret",
        };
        var services = new ServiceCollection();
        services.AddSingleton(new EventCatalogue(AuditKinds.All));
        var options = new BackboneOptions { DataDirectory = Path.GetTempPath() };
        new ModuleContext(services, new ConfigurationBuilder().AddInMemoryCollection(settings).Build(), options).AddAuditForwarding();
        services.AddHttpClient(LogHost.Client).ConfigurePrimaryHttpMessageHandler(() => new LongAnswer(bytes));
        await using var provider = services.BuildServiceProvider();
        using var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient(LogHost.Client);

        Assert.Equal(Timeout.InfiniteTimeSpan, client.Timeout);
        var asking = client.GetAsync(new Uri("https://log.example.cn/"), TestContext.Current.CancellationToken);
        if (isRead)
        {
            using var answer = await asking;
            Assert.Equal(bytes, (await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).Length);
        }
        else
        {
            await Assert.ThrowsAsync<HttpRequestException>(() => asking);
        }
    }

    /// <summary>Does not say how long it is, as one that means harm would not.</summary>
    private sealed class LongAnswer(int bytes) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage { Content = new StreamContent(new Chunks(bytes)) });
    }

    private sealed class Chunks(int bytes) : MemoryStream(new byte[bytes], writable: false)
    {
        public override bool CanSeek => false;
    }
}
