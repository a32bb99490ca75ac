namespace Backbone.Identity.Tests.Catalogue;

public sealed class RefusedFilesTests
{
    [Fact]
    public void A_good_file_of_the_operator_is_taken()
    {
        using var folder = new CatalogueFolder();
        folder.Write("library.yml", CatalogueFolder.Good);
        Assert.True(folder.Loaded().Find("library")!.CanSignIn);
    }

    [Theory]
    [InlineData("level: 1", "level: 4", "level: a whole number 1–3; found '4'")]
    [InlineData("level: 1", "level: 1\nperson-level: 3", "")]
    [InlineData("level: 1", "level: 1\nperson-level: 4", "person-level: a whole number 1–3; found '4'")]
    [InlineData("level: 1", "level: 1\nperson-level: real-name", "person-level: a whole number 1–3; found 'real-name'")]
    [InlineData("level: 1", "level: 1\norganisations: { acting: allowed, powers: { file: { zh: 申报, en: File } } }", "")]
    [InlineData("level: 1", "level: 1\norganisations: { acting: always, powers: { file: { zh: 申报, en: File } } }", "organisations.acting: one of allowed, required; found 'always'")]
    [InlineData("level: 1", "level: 1\norganisations: { acting: allowed }", "organisations.powers: 1–20 powers, each with zh and en; found '0'")]
    [InlineData("level: 1", "level: 1\norganisations: { acting: allowed, powers: { File: { zh: 申报, en: File } } }", "organisations.powers.File: a name of 1–40 characters a-z, 0-9 and hyphen, starting with a letter; found 'File'")]
    [InlineData("level: 1", "level: 1\norganisations: { acting: allowed, powers: { file: { zh: 申报 } } }", "organisations.powers.file.en: required text")]
    [InlineData("level: 1", "level: high", "level: a whole number 1–3; found 'high'")]
    [InlineData("level: 1", "", "level: required text; found 'nothing'")]
    [InlineData("level: 1", "level: 1\nlogo: x.svg", "logo: known keys only")]
    [InlineData("audience: citizens", "audience: everyone", "audience: one of citizens, staff, both; found 'everyone'")]
    [InlineData("state: live", "state: soon", "state: one of live, not-connected; found 'soon'")]
    [InlineData("state: live", "state: not-connected", "state: live, as soon as there are redirects or a secret; found 'not-connected'")]
    [InlineData("sector: public-services", "sector: space", "sector: one of platforms, public-services")]
    [InlineData("name: { zh: 图书馆, en: Library }", "name: { zh: 图书馆 }", "name.en: required text; found 'nothing'")]
    [InlineData("name: { zh: 图书馆, en: Library }", "name: Library", "name: a text in both languages (zh and en); found 'Library'")]
    [InlineData("id: library", "id: Library", "id: 2–40 characters a-z, 0-9 and hyphen, starting with a letter; found 'Library'")]
    [InlineData("id: library", "id: books", "id: the file's name without .yml; found 'books'")]
    [InlineData("start: https://library.example/", "", "start: required for a live app of the portal")]
    [InlineData("start: https://library.example/", "start: javascript:alert(1)", "start: https, or http on localhost")]
    [InlineData("kind: web", "kind: desktop", "client.kind: one of web, spa, native, machine; found 'desktop'")]
    [InlineData("grants: [authorization_code]", "grants: [password]", "client.grants: only authorization_code, refresh_token, client_credentials; found 'password'")]
    [InlineData("grants: [authorization_code]", "grants: [authorization_code, refresh_token]", "client.scopes: offline_access together with the grant refresh_token")]
    [InlineData("scopes: [openid, profile]", "scopes: [profile]", "client.scopes: openid among them")]
    [InlineData("scopes: [openid, profile]", "scopes: [openid, everything]", "client.scopes: one of openid, profile")]
    [InlineData("scopes: [openid, profile]", "scopes: [openid, openid]", "client.scopes: each value once")]
    [InlineData("consent: ask", "consent: never", "client.consent: one of ask, pre; found 'never'")]
    [InlineData("consent: ask", "consent: ask\n  subject: public", "client.subject: pairwise, unless first-party: true; found 'public'")]
    [InlineData("consent: ask", "consent: ask\n  pairwise-sector: console", "")]
    [InlineData("consent: ask", "consent: ask\n  pairwise-sector: ai-shandong", "client.pairwise-sector: shared only by apps of one owner; found 'ai-shandong'")]
    [InlineData("consent: ask", "consent: ask\n  requests: [urn:backbone:api:nobody]", "client.requests: a resource that an app of the catalogue offers")]
    [InlineData("consent: ask", "consent: ask\n  resource: urn:backbone:api:ai-shandong", "client.resource: offered by one app")]
    [InlineData("consent: ask", "consent: ask\n  resource: api", "client.resource: an absolute URI; found 'api'")]
    [InlineData("consent: ask", "consent: ask\n  id-token-signed-response-alg: RS256", "")]
    [InlineData("consent: ask", "consent: ask\n  id-token-signed-response-alg: HS256", "client.id-token-signed-response-alg: one of ES256, RS256; found 'HS256'")]
    [InlineData("consent: ask", "consent: ask\n  id-token-signed-response-alg: none", "client.id-token-signed-response-alg: one of ES256, RS256; found 'none'")]
    [InlineData("secret: file:secrets/library.secret", "", "client.secret: file:… or env:… for a web or machine client; found 'nothing'")]
    [InlineData("secret: file:secrets/library.secret", "secret: env:BACKBONE_TEST_UNSET", "client.secret: a variable or file that is set; found 'env:BACKBONE_TEST_UNSET'")]
    [InlineData("secret: file:secrets/library.secret", "secret: file:/nowhere/at.all", "client.secret: a readable file")]
    [InlineData("id: library", "id: !!str library", "no tags, anchors or aliases; found 'tag:yaml.org,2002:str'")]
    [InlineData("id: library", "id: &a library", "no tags, anchors or aliases; found '&a'")]
    [InlineData("id: library", "id: library\nid: library", "readable YAML with every key once")]
    [InlineData("id: library", "id: library\nreplaces: other", "replaces: the same id as id; found 'other'")]
    [InlineData("id: library", "id: library\nreplaces: library", "replaces: a built-in app other than the console; found 'library'")]
    public void A_broken_rule_is_named_with_file_key_bound_and_value(string good, string bad, string message)
    {
        using var folder = new CatalogueFolder();
        folder.Write("library.yml", CatalogueFolder.Good.Replace(good, bad, StringComparison.Ordinal));
        var failures = folder.Failures();
        if (message.Length == 0)
        {
            Assert.Empty(failures);
            return;
        }

        Assert.Contains(failures, failure => failure.StartsWith("library.yml", StringComparison.Ordinal) || failure.Contains(" and library.yml", StringComparison.Ordinal));
        Assert.Contains(failures, failure => failure.Contains(message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("http://library.example/cb", "https, or http on localhost, 127.0.0.1 or [::1]")]
    [InlineData("https://*.library.example/cb", "no wildcard")]
    [InlineData("'https://library.example/cb#x'", "no fragment")]
    [InlineData("/cb", "an absolute URI")]
    [InlineData("https://me@library.example/cb", "no user name in the address")]
    [InlineData("cn.gov.library:/cb", "https, or http on localhost")]
    [InlineData("\"https://library.example/a b\"", "printable ASCII without spaces")]
    public void RFC_6749_3_1_2_a_redirect_uri_that_is_not_exact_is_refused(string uri, string bound)
    {
        using var folder = new CatalogueFolder();
        folder.Write("library.yml", CatalogueFolder.Good.Replace("https://library.example/signin-oidc", uri, StringComparison.Ordinal));
        Assert.Contains(folder.Failures(), failure => failure.Contains($"client.redirects[0]: {bound}", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("http://127.0.0.1/cb", null)]
    [InlineData("http://[::1]/cb", null)]
    [InlineData("cn.gov.library.app:/cb", null)]
    [InlineData("https://library.example/cb", null)]
    [InlineData("http://localhost/cb", "RFC 8252 8.3")]
    [InlineData("library:/cb", "RFC 8252 7.1")]
    public void RFC_8252_7_a_native_client_returns_to_loopback_or_a_scheme_of_its_own(string uri, string? bound)
    {
        using var folder = new CatalogueFolder();
        folder.Write("library.yml", CatalogueFolder.Good
            .Replace("kind: web", "kind: native", StringComparison.Ordinal)
            .Replace("  secret: file:secrets/library.secret\n", "", StringComparison.Ordinal)
            .Replace("https://library.example/signin-oidc", $"\"{uri}\"", StringComparison.Ordinal));
        var failures = folder.Failures();
        Assert.Equal(bound is null, failures.Count == 0);
        Assert.All(failures, failure => Assert.Contains(bound!, failure, StringComparison.Ordinal));
    }

    [Fact]
    public void A_secret_pasted_into_a_file_is_refused_and_never_repeated()
    {
        using var folder = new CatalogueFolder();
        folder.Write("library.yml", CatalogueFolder.Good.Replace("file:secrets/library.secret", "hunter2hunter2", StringComparison.Ordinal));
        var failures = folder.Failures();
        Assert.Contains(failures, failure => failure.Contains("client.secret: a reference: file:PATH or env:NAME", StringComparison.Ordinal));
        Assert.DoesNotContain(failures, failure => failure.Contains("hunter2", StringComparison.Ordinal));
    }

    [Fact]
    public void A_secret_somebody_chose_is_refused_and_never_repeated()
    {
        using var folder = new CatalogueFolder();
        Directory.CreateDirectory(Path.Combine(folder.Options.DataDirectory, "secrets"));
        File.WriteAllText(Path.Combine(folder.Options.DataDirectory, "secrets", "library.secret"), "correct-horse");
        folder.Write("library.yml", CatalogueFolder.Good);
        var failure = Assert.Single(folder.Failures());
        Assert.Contains("base64url of at least 32 random bytes", failure, StringComparison.Ordinal);
        Assert.DoesNotContain("correct-horse", failure, StringComparison.Ordinal);
    }

    [Fact]
    public void A_built_in_app_gives_way_only_to_a_file_that_says_so()
    {
        using var folder = new CatalogueFolder();
        var mine = CatalogueFolder.Good.Replace("id: library", "id: education", StringComparison.Ordinal);
        folder.Write("education.yml", mine);
        Assert.Contains(folder.Failures(), failure => failure.Contains("or replaces: education", StringComparison.Ordinal));
        folder.Write("education.yml", mine + "\nreplaces: education");
        Assert.True(folder.Loaded().Find("education")!.CanSignIn);
    }

    [Fact]
    public void The_console_never_gives_way()
    {
        using var folder = new CatalogueFolder();
        folder.Write("console.yml", CatalogueFolder.Good.Replace("id: library", "id: console\nreplaces: console", StringComparison.Ordinal));
        Assert.Contains(folder.Failures(), failure => failure.Contains("a built-in app other than the console", StringComparison.Ordinal));
    }

    [Fact]
    public void All_failures_of_all_files_are_told_at_once()
    {
        using var folder = new CatalogueFolder();
        folder.Write("library.yml", "id: library");
        folder.Write("empty.yml", "");
        folder.Write("large.yml", new string('#', 70_000));
        var failures = folder.Failures();
        Assert.True(failures.Count > 10);
        Assert.Contains(failures, failure => failure.StartsWith("empty.yml", StringComparison.Ordinal));
        Assert.Contains(failures, failure => failure.StartsWith("large.yml: (file): at most 65536 bytes", StringComparison.Ordinal));
    }

    [Fact]
    public void A_folder_that_is_not_there_is_a_failure()
    {
        using var folder = new CatalogueFolder();
        folder.Options.OperatorFolder = Path.Combine(folder.Root, "elsewhere");
        Assert.Contains(folder.Failures(), failure => failure.StartsWith("Backbone:Catalogue: (folder): an existing folder", StringComparison.Ordinal));
    }
}
