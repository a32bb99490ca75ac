using System.Security.Claims;
using Backbone.Identity.Portal;
using Backbone.Identity.Tests.Catalogue;

namespace Backbone.Identity.Tests.Portal;

public sealed class FindAppsTests
{
    private static readonly ClaimsPrincipal Citizen = Person();
    private static readonly ClaimsPrincipal Staff = Person("staff");
    private static readonly ClaimsPrincipal Auditor = Person("staff", "audit-administrator");

    [Fact]
    public void Staff_apps_are_hidden_from_citizens()
    {
        Assert.DoesNotContain("shandong-tong", Ids(Citizen));
        Assert.DoesNotContain("macro-decisions", Ids(Citizen));
        Assert.Contains("employment", Ids(Citizen));
        Assert.Contains("shandong-tong", Ids(Staff));
        Assert.Contains("ai-shandong", Ids(Staff));
        Assert.DoesNotContain("employment", Ids(Staff));
    }

    [Fact]
    public void The_console_is_shown_to_administrators_only_and_demonstration_clients_to_nobody()
    {
        Assert.DoesNotContain("console", Ids(Staff));
        Assert.Contains("console", Ids(Auditor));
        Assert.DoesNotContain("web", Ids(Auditor));
    }

    [Theory]
    [InlineData("就业", "employment")]
    [InlineData("业服", "employment")]
    [InlineData("jiuye", "employment")]
    [InlineData("jyfw", "employment")]
    [InlineData("JYFW", "employment")]
    [InlineData("ＥＭＰＬＯＹ", "employment")]
    [InlineData("补贴 岗位", "employment")]
    [InlineData("civil affairs", "assistance")]
    public void A_search_finds_any_part_of_the_words_in_either_language_and_by_pinyin(string search, string id) =>
        Assert.Contains(id, Ids(Citizen, search));

    [Theory]
    [InlineData("没有这个")]
    [InlineData("就业 挂号")]
    [InlineData("%")]
    [InlineData("<script>")]
    public void A_search_that_nothing_matches_finds_nothing(string search) => Assert.Empty(Ids(Citizen, search));

    [Fact]
    public void Headings_keep_their_order_and_connected_apps_come_first()
    {
        using var folder = new CatalogueFolder();
        var sectors = FindApps.For(folder.Loaded(), Staff, "");
        Assert.Equal(["platforms", "social-governance", "macro-decisions", "regional-governance"], sectors.Select(sector => sector.Sector.Id));
        Assert.Equal(["ai-shandong", "shandong-tong", "supervision-assessment"], sectors[0].Apps.Select(app => app.Id));
    }

    private static List<string> Ids(ClaimsPrincipal person, string search = "")
    {
        using var folder = new CatalogueFolder();
        return [.. FindApps.For(folder.Loaded(), person, search).SelectMany(sector => sector.Apps).Select(app => app.Id)];
    }

    private static ClaimsPrincipal Person(params string[] roles) =>
        new(new ClaimsIdentity([new Claim("sub", "1"), .. roles.Select(role => new Claim("role", role))], "test", "name", "role"));
}
