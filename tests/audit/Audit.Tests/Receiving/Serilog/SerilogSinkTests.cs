using Backbone.Audit.Serilog;
using Microsoft.Extensions.Time.Testing;
using Serilog;
using Serilog.Core;
using Serilog.Debugging;

namespace Backbone.Audit.Tests.Receiving.Serilog;

/// <summary>A partner's program that must not go on when its act is not on record.</summary>
public sealed class SerilogSinkTests(SendersHost host) : IClassFixture<SendersHost>
{
    [Fact]
    public void When_the_call_returns_the_event_is_in_the_log()
    {
        using var audit = SerilogExample.Create(host.Address, "sender-one", host.SecretFile("sender-one"));
        var start = host.Log.Records.EndIndex;
        SerilogExample.ReadFile(audit, "file-1");
        var leaf = Assert.Single(host.ExternalSince(start));

        Assert.Equal(("file-read", "sender-one"), ((string)leaf["event"]!["action"]!, (string)leaf["event"]!["provider"]!));
        Assert.Equal(("file-1", "Read file \"file-1\"", "information"), ((string)leaf["resource"]!["id"]!, (string)leaf["message"]!, (string)leaf["log"]!["level"]!));
    }

    [Fact]
    public void An_event_that_breaks_a_rule_is_thrown_with_field_and_rule_and_without_its_value()
    {
        using var audit = SerilogExample.Create(host.Address, "sender-one", host.SecretFile("sender-one"));
        var start = host.Log.Records.EndIndex;
        var thrown = Refusal(() => audit.ForContext("user.shoe_size", "forty-three").Information("x"));
        Assert.True(thrown.IsRefused);
        Assert.Contains("user.shoe_size", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("event.action: required", thrown.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("forty-three", thrown.Message, StringComparison.Ordinal);
        Assert.Empty(host.ExternalSince(start));
    }

    [Fact]
    public void A_client_that_may_not_write_and_a_wrong_secret_are_thrown()
    {
        using var reader = SerilogExample.Create(host.Address, "reader", host.SecretFile("reader"));
        Assert.False(Refusal(() => SerilogExample.ReadFile(reader, "x")).IsRefused);

        using var wrong = Logger(new SocketsHttpHandler(), secret: "wrong");
        Assert.Contains("the issuer answered 401", Refusal(() => SerilogExample.ReadFile(wrong, "x")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_secret_is_said_at_once_and_asked_about_seldom_and_a_right_one_is_taken_up_at_once()
    {
        var (issuer, clock, secret) = (new CountsTokens(), new FakeTimeProvider(TimeProvider.System.GetUtcNow()), "no-such-secret");
        List<string> said = [];
        SelfLog.Enable(line =>
        {
            lock (said)
            {
                said.Add(line);
            }
        });
        using var audit = new LoggerConfiguration().AuditTo.Backbone(backbone =>
        {
            (backbone.Log, backbone.Issuer, backbone.ClientId) = (host.Address, host.Address, "sender-one");
            (backbone.ClientSecret, backbone.Handler, backbone.Clock) = (() => secret, issuer, clock);

            // Whoever waits for it never ends this test.
            backbone.Timeout = TimeSpan.FromMinutes(2);
        }).CreateLogger();
        var start = host.Log.Records.EndIndex;

        Refused(times: 20, asked: 1);
        clock.Advance(TimeSpan.FromSeconds(5));
        Refused(times: 20, asked: 2);
        clock.Advance(TimeSpan.FromSeconds(9));
        Refused(times: 1, asked: 2);
        SelfLog.Disable();
        secret = host.SecretOf("sender-one");
        SerilogExample.ReadFile(audit, "file-4");

        Assert.Equal(3, issuer.Asked);
        Assert.Equal("file-4", (string)Assert.Single(host.ExternalSince(start))["resource"]!["id"]!);

        // Serilog itself says each exception there; ours says each question to the issuer.
        var lines = said.Where(line => line.Contains("asked again in", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, lines.Count);
        Assert.All(lines, line => Assert.Contains("401 invalid_client: hold client id and secret against its catalogue. Client sender-one", line, StringComparison.Ordinal));
        Assert.DoesNotContain("no-such-secret", string.Concat(said), StringComparison.Ordinal);

        void Refused(int times, int asked)
        {
            for (var time = 0; time < times; time++)
            {
                var thrown = Assert.IsType<BackboneAuditClientException>(Refusal(() => SerilogExample.ReadFile(audit, "x")));
                Assert.Equal(("invalid_client", false), (thrown.Error, thrown.IsRefused));
            }

            Assert.Equal(asked, issuer.Asked);
        }
    }

    [Fact]
    public void An_answer_that_is_lost_is_asked_for_again_and_the_event_is_there_once()
    {
        using var audit = Logger(new LosesAnswers(times: 3));
        var start = host.Log.Records.EndIndex;
        SerilogExample.ReadFile(audit, "file-2");
        Assert.Single(host.ExternalSince(start));
    }

    [Fact]
    public void What_is_not_taken_in_time_is_thrown()
    {
        using var audit = Logger(new LosesAnswers(times: int.MaxValue));
        var thrown = Refusal(() => SerilogExample.ReadFile(audit, "file-3"));
        Assert.False(thrown.IsRefused);
        Assert.Contains("00:00:03", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_that_would_send_a_secret_in_clear_are_refused()
    {
        Assert.Contains("Log", Wrong(options => options.Log = new Uri("http://audit.example/")), StringComparison.Ordinal);
        Assert.Contains("Issuer", Wrong(options => options.Issuer = new Uri("http://sso.example/")), StringComparison.Ordinal);
        Assert.Contains("Timeout", Wrong(options => options.Timeout = TimeSpan.FromHours(1)), StringComparison.Ordinal);

        static string Wrong(Action<BackboneAuditOptions> change) => Assert.ThrowsAny<ArgumentException>(() => new LoggerConfiguration().AuditTo.Backbone(options =>
        {
            (options.Log, options.Issuer) = (new Uri("https://audit.example/"), new Uri("https://sso.example/"));
            (options.ClientId, options.ClientSecret) = ("c", () => "s");
            change(options);
        })).Message;
    }

    private Logger Logger(HttpMessageHandler handler, string? secret = null) => new LoggerConfiguration().AuditTo.Backbone(backbone =>
    {
        (backbone.Log, backbone.Issuer, backbone.ClientId) = (host.Address, host.Address, "sender-one");
        backbone.ClientSecret = () => secret ?? host.SecretOf("sender-one");
        backbone.Handler = handler;
        backbone.Timeout = TimeSpan.FromSeconds(3);
    }).CreateLogger();

    /// <summary>Serilog wraps what its audit sinks throw.</summary>
    private static BackboneAuditException Refusal(Action write) => Assert.IsAssignableFrom<BackboneAuditException>(
        Assert.ThrowsAny<AggregateException>(write).Flatten().InnerExceptions.Single());

    private sealed class CountsTokens() : DelegatingHandler(new SocketsHttpHandler())
    {
        public int Asked { get; private set; }

        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked += request.Method == HttpMethod.Post && request.RequestUri!.AbsolutePath == "/connect/token" ? 1 : 0;
            return base.Send(request, cancellationToken);
        }
    }

    /// <summary>The batch arrives, and the connection breaks before the answer does.</summary>
    private sealed class LosesAnswers(int times) : DelegatingHandler(new SocketsHttpHandler())
    {
        private int lost;

        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var answer = base.Send(request, cancellationToken);
            if (request.RequestUri!.AbsolutePath == "/audit/v1/events" && lost++ < times)
            {
                answer.Dispose();
                throw new HttpRequestException("the connection broke");
            }

            return answer;
        }
    }
}
