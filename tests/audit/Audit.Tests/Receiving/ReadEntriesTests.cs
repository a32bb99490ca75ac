using System.Net;
using System.Security.Claims;
using System.Text.Json.Nodes;
using Backbone.Audit.Integrating;
using Backbone.Audit.Log.Tiles;
using Backbone.Audit.Receiving;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;
using static Backbone.Audit.Tests.Receiving.SendersHost;

namespace Backbone.Audit.Tests.Receiving;

/// <summary>Whole events leave the log only for those who may read it, and each time leaves its trace first.</summary>
public sealed class ReadEntriesTests(SendersHost host) : IClassFixture<SendersHost>
{
    [Fact]
    public async Task Each_bundle_a_program_fetches_is_an_event_with_its_range_that_is_there_before_the_answer()
    {
        using var reader = await host.SenderAsync("reader", "audit.read");
        var bundle = await PublishedBundleAsync();
        var before = host.Log.Records.EndIndex;
        for (var time = 1; time <= 2; time++)
        {
            using var answer = await reader.GetAsync(new Uri($"{ServeTlog.Prefix}/{bundle.Path}", UriKind.Relative));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.True(answer.Headers.CacheControl?.NoStore);
            Assert.Equal(time, Readings(before).Count());
        }

        var reading = Readings(before).First();
        Assert.Equal("reader", (string)reading["auth"]!["client"]!["id"]!);
        Assert.Equal(
            (bundle.FirstLeaf, bundle.FirstLeaf + bundle.Width, (long)bundle.Width),
            ((long)reading["resource"]!["from"]!, (long)reading["resource"]!["to"]!, (long)reading["resource"]!["count"]!));
    }

    [Fact]
    public async Task Who_may_not_read_gets_nothing_and_hashes_stay_open_to_all()
    {
        var bundle = await PublishedBundleAsync();
        using var writer = await host.SenderAsync();
        using var nobody = host.NewClient();
        using var refused = await writer.GetAsync(new Uri($"{ServeTlog.Prefix}/{bundle.Path}", UriKind.Relative));
        using var redirected = await nobody.GetAsync(new Uri($"{ServeTlog.Prefix}/{bundle.Path}", UriKind.Relative));
        using var open = await nobody.GetAsync(new Uri($"{ServeTlog.Prefix}/checkpoint", UriKind.Relative));
        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.OK), (refused.StatusCode, open.StatusCode));
        Assert.NotEqual(HttpStatusCode.OK, redirected.StatusCode);
    }

    [Theory]
    [InlineData(true, "role=audit-administrator")]
    [InlineData(false, "role=system-administrator")]
    [InlineData(false, "role=audit-administrator", "client_id=some-app", "sub=7c0f", "scope=openid roles")]
    [InlineData(false, "role=audit-administrator", "client_id=some-app", "sub=7c0f", "scope=audit.read")]
    [InlineData(true, "client_id=reader", "sub=reader", "scope=audit.read")]
    [InlineData(false, "client_id=reader", "sub=reader", "scope=audit.write")]
    public async Task Staff_read_by_the_consoles_sign_in_and_programs_by_their_scope_and_no_app_by_its_users_role(bool may, params string[] claims)
    {
        var caller = new ClaimsPrincipal(new ClaimsIdentity(claims.Select(claim => claim.Split('=')).Select(pair => new Claim(pair[0], pair[1])), "test"));
        var authorization = host.Services.GetRequiredService<IAuthorizationService>();
        Assert.Equal(may, (await authorization.AuthorizeAsync(caller, null, AuditPrograms.StaffOrReader)).Succeeded);
    }

    private IEnumerable<JsonNode> Readings(long since) => host.Log.Records.Read(since, int.MaxValue)
        .Select(record => JsonNode.Parse(record.Payload)!).Where(leaf => (string)leaf["event"]!["action"]! == "audit-entries");

    /// <summary>The newest bundle whose file is there: of the published size, whatever that is by now.</summary>
    private async Task<BundleId> PublishedBundleAsync()
    {
        using var sender = await host.SenderAsync();
        var (_, answers) = await SendAsync(sender, Lines(Event()));
        var published = host.Services.GetRequiredService<PublishedLog>();
        await published.WaitPublishedAsync((long)answers[0]["index"]!, TestContext.Current.CancellationToken);
        var size = published.State.Published;
        return size % Tile.FullWidth == 0
            ? new BundleId(size / Tile.FullWidth - 1)
            : new BundleId(size / Tile.FullWidth, (int)(size % Tile.FullWidth));
    }
}
