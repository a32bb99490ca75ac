using System.Net;
using Backbone.Identity.Notices;
using Backbone.Identity.Register;
using Backbone.Identity.Tests.Register;
using Backbone.Platform.Web;
using Backbone.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Backbone.Identity.Tests.Notices;

public sealed class ShowNoticesTests
{
    [Fact]
    public async Task The_page_shows_codes_in_a_demonstration_on_this_machine()
    {
        await using var backbone = await BackboneFixture.StartAsync(settings => settings.Demo = true);
        using var person = new RegistrationJourney(backbone);
        await person.AskAsync("13812345678");
        await person.Browser.FollowAsync("查看消息");
        Assert.Equal("/dev/notices", person.Browser.Address.AbsolutePath);
        Assert.Contains(person.Code, person.Browser.Body, StringComparison.Ordinal);
        await person.Browser.GoAsync("/dev/notices?ui_locales=en");
        Assert.Equal("Demonstration messages", person.Browser.Heading);
    }

    [Fact]
    public async Task Without_demonstration_there_is_no_such_page()
    {
        await using var backbone = await BackboneFixture.StartAsync();
        using var browser = new ScriptlessBrowser(backbone.Address);
        await browser.GoAsync("/dev/notices");
        Assert.NotEqual(HttpStatusCode.OK, browser.Status);
    }

    [Theory]
    [InlineData(true, "http://localhost:7100", true)]
    [InlineData(true, "http://127.0.0.1:7100", true)]
    [InlineData(true, "https://sso.example.cn", false)]
    [InlineData(true, "http://localhost.example.cn", false)]
    [InlineData(false, "http://localhost:7100", false)]
    public void It_opens_only_on_loopback_with_demonstration_data(bool demo, string address, bool open) =>
        Assert.Equal(open, ShowNotices.IsOpen(new BackboneOptions { Demo = demo, PublicUrl = address }));

    [Fact]
    public async Task The_last_200_are_kept_newest_first()
    {
        var notices = new DevelopmentNotices(new BackboneOptions { Demo = true }, NullLogger<IdentityModule>.Instance);
        var to = Identifier.Parse("a@example.cn")!;
        for (var i = 0; i < 250; i++)
        {
            await notices.SendAsync(new Notice(NoticeKind.ResetDone, to, $"{i}", null, DateTimeOffset.UnixEpoch), TestContext.Current.CancellationToken);
        }

        Assert.Equal(200, notices.Latest.Count);
        Assert.Equal(("249", "50"), (notices.Latest[0].Text, notices.Latest[^1].Text));
    }
}
