using System.Net;
using System.Net.Http.Headers;
using System.Security.Claims;
using Backbone.Audit.Appending;
using Backbone.Platform.Web.Programs;
using Backbone.Testing;
using Microsoft.Extensions.DependencyInjection;
using static Backbone.Audit.Tests.Receiving.SendersHost;

namespace Backbone.Audit.Tests.Receiving;

/// <summary>When something that is needed is away, senders are told to come again: never that they did wrong, never that all is well.</summary>
public sealed class AwayTests
{
    [Fact]
    public async Task An_issuer_out_of_reach_is_503_for_who_brings_a_token_and_401_for_who_brings_none()
    {
        await using var backbone = await BackboneFixture.StartAsync(settings =>
        {
            settings.Modules = "audit";
            settings.Settings["Backbone:Issuer"] = "http://127.0.0.1:1";
        });
        using var sender = backbone.NewClient();
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(sender, Lines(Event())));

        sender.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "e30.e30.e30");
        using var answer = await sender.PostAsync(new Uri("/audit/v1/events", UriKind.Relative), Lines(Event()));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.True(answer.Headers.RetryAfter?.Delta > TimeSpan.Zero);
    }

    [Fact]
    public async Task A_log_that_takes_nothing_is_503_and_no_event_is_answered_as_taken()
    {
        await using var backbone = await BackboneFixture.StartAsync(settings => settings.Demo = true);
        using var sender = await backbone.NewProgramAsync("machine", "audit.write", Interface);
        await backbone.Services.GetRequiredService<SegmentLog>().DisposeAsync();
        using var answer = await sender.PostAsync(new Uri("/audit/v1/events", UriKind.Relative), Lines(Event(), "{}"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.True(answer.Headers.RetryAfter?.Delta > TimeSpan.Zero);
        Assert.DoesNotContain("accepted", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "RFC 9068 5: a token in which the client is not its own subject is a person's, whatever its scope")]
    public void A_persons_token_is_no_programs()
    {
        Assert.Null(CallingProgram.Of(Token(("sub", "7c0f"), ("client_id", "app"), ("scope", "audit.write"))));
        Assert.Null(CallingProgram.Of(Token(("sub", "app"), ("scope", "audit.write"))));
        Assert.Null(CallingProgram.Of(new ClaimsPrincipal()));
        var program = CallingProgram.Of(Token(("sub", "app"), ("client_id", "app"), ("scope", "services.read audit.write")))!;
        Assert.True(program.MayUse("audit.write"));
        Assert.False(program.MayUse("audit"));
        Assert.False(program.MayUse("audit.read"));
    }

    private static ClaimsPrincipal Token(params (string Type, string Value)[] claims) =>
        new(new ClaimsIdentity(claims.Select(claim => new Claim(claim.Type, claim.Value)), "test"));
}
