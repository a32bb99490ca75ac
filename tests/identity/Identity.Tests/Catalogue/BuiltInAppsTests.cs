using System.Text.RegularExpressions;
using Backbone.Identity.Catalogue;
using Backbone.Identity.Protocol;
using Backbone.Platform;

namespace Backbone.Identity.Tests.Catalogue;

public sealed partial class BuiltInAppsTests
{
    [Fact]
    public void Every_file_that_ships_is_valid_and_every_system_is_there()
    {
        using var folder = new CatalogueFolder();
        var catalogue = folder.Loaded();
        string[] expected =
        [
            "ai-shandong", "shandong-tong", "supervision-assessment",
            "employment", "social-security", "education", "culture", "travel", "health-elderly-care", "assistance",
            "safe-shandong", "emergency-command", "disaster-prevention", "ecology", "internet-supervision", "social-credit", "rule-of-law",
            "macro-decisions",
            "smart-city", "smart-park", "smart-community", "digital-countryside", "smart-sea",
            "console", "who-looked", "credit", "web", "spa", "native", "machine", "enterprise",
        ];
        Assert.Equal(expected.Order(StringComparer.Ordinal), catalogue.Apps.Select(app => app.Id));
        Assert.Equal(["ai-shandong", "console", "credit", "enterprise", "machine", "native", "shandong-tong", "spa", "web", "who-looked"],
            catalogue.Apps.Where(app => app.CanSignIn).Select(app => app.Id));
    }

    [Fact(DisplayName = "RFC 8414 2: the scopes the provider knows are those people are asked about in scopes.yml, no more and no fewer")]
    public void Scopes_are_the_same_in_both_places()
    {
        using var folder = new CatalogueFolder();
        Assert.Equal(ScopeNames.All.Order(StringComparer.Ordinal), folder.Loaded().Scopes.All.Select(scope => scope.Id).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void An_app_without_an_address_is_announced_and_nobody_can_sign_in_to_it()
    {
        using var folder = new CatalogueFolder();
        folder.Options.Addresses.Remove("citizenApp");
        var app = folder.Loaded().Find("ai-shandong")!;
        Assert.Equal(AppState.NotConnected, app.State);
        Assert.Empty(app.Redirects);
        Assert.Null(app.Start);
    }

    [Fact]
    public void Without_the_demonstration_its_clients_do_not_exist()
    {
        using var folder = new CatalogueFolder();
        folder.Options.Demo = false;
        Assert.All(["web", "spa", "native", "machine", "enterprise"], id => Assert.Null(folder.Loaded().Find(id)));
    }

    [Fact]
    public void Only_the_pages_that_read_the_log_or_write_into_it_who_acted_have_a_public_subject()
    {
        using var folder = new CatalogueFolder();
        Assert.Equal(["console", "credit", "who-looked"], folder.Loaded().Apps.Where(app => app.Subject == SubjectKind.Public).Select(app => app.Id));
    }

    [Fact]
    public void No_file_that_ships_holds_a_secret()
    {
        using var folder = new CatalogueFolder();
        foreach (var file in Directory.EnumerateFiles(folder.Options.BuiltInFolder, "*.yml", SearchOption.AllDirectories))
        {
            var text = File.ReadAllText(file);
            Assert.All(Secret().Matches(text), match => Assert.StartsWith("file:", match.Groups[1].Value, StringComparison.Ordinal));
            Assert.False(LongRandom().IsMatch(text), file);
        }
    }

    [Fact]
    public void Secrets_are_created_once_with_256_random_bits_readable_by_the_owner_only()
    {
        using var folder = new CatalogueFolder();
        folder.Loaded();
        var path = Path.Combine(folder.Options.DataDirectory, "secrets", "console.secret");
        var first = File.ReadAllText(path);
        folder.Loaded();
        Assert.Equal(first, File.ReadAllText(path));
        Assert.Equal(43, first.Length);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }
    }

    [Fact]
    public void Every_scope_and_heading_has_its_words_in_both_languages()
    {
        using var folder = new CatalogueFolder();
        var catalogue = folder.Loaded();
        Assert.Equal(["openid", "profile", "phone", "email", "roles", "services.read", "audit.write", "audit.forward", "audit.read", "audit.usage", "credit.facts.report", "credit.profiles.report", "credit.read", "offline_access"], catalogue.Scopes.All.Select(scope => scope.Id));
        Assert.All(catalogue.Scopes.All, scope => Assert.All([scope.Title, scope.Data, scope.Why], AssertBoth));
        Assert.All(catalogue.Sectors, sector => AssertBoth(sector.Name));
        Assert.True(catalogue.Scopes.Find("openid")!.AlwaysGranted);
    }

    private static void AssertBoth(Bilingual text)
    {
        Assert.Contains(text.Zh, c => c is >= '\u4e00' and <= '\u9fff');
        Assert.DoesNotContain(text.En, c => c is >= '\u4e00' and <= '\u9fff');
    }

    [GeneratedRegex(@"secret:\s*(\S+)")]
    private static partial Regex Secret();

    [GeneratedRegex("[A-Za-z0-9_-]{43,}")]
    private static partial Regex LongRandom();
}
