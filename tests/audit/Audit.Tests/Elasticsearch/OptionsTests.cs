using Backbone.Audit.Elasticsearch;

namespace Backbone.Audit.Tests.Elasticsearch;

public sealed class OptionsTests
{
    private static IEnumerable<string> Failures(ElasticsearchOptions options) => new ElasticsearchOptionsBounds().Validate(null, options).Failures ?? [];

    [Theory]
    [InlineData("http://es.example.cn:9200", "plain http is for loopback only")]
    [InlineData("ftp://localhost", "scheme, host and port")]
    [InlineData("https://localhost:9200/path", "scheme, host and port")]
    [InlineData("https://name:secret-word@localhost:9200", "no name and password in an address")]
    [InlineData("https://name:secret-word@localhost:9200/es", "no name and password in an address")]
    [InlineData("name:secret-word@localhost:9200", "no name and password in an address")]
    [InlineData("https://name:secret-word,more@localhost:9200", "no name and password in an address")]
    [InlineData("https://name:secret-word#x@localhost:9200", "no name and password in an address")]
    [InlineData(",", "1 to 32 addresses, has 0")]
    public void An_address_that_will_not_do_is_named(string urls, string said)
    {
        var failure = Assert.Single(Failures(new ElasticsearchOptions { Urls = urls }));
        Assert.Contains(said, failure, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-word", failure, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_wrong_setting_is_told_at_once_and_no_secret_is_repeated()
    {
        var failures = Failures(new ElasticsearchOptions
        {
            Urls = "https://a:9200",
            ApiKey = "secret-key",
            Username = "a:b",
            Index = "logs-audit-x",
            KeepDays = -1,
            ReconcileHours = 8_761,
            CertificateAuthority = "/nowhere/ca.pem",
        }).ToList();

        Assert.Equal(7, failures.Count);
        Assert.DoesNotContain("secret-key", string.Join('\n', failures), StringComparison.Ordinal);
        foreach (var setting in (string[])["ApiKey", "Username", "Password", "Index", "KeepDays", "ReconcileHours", "CertificateAuthority"])
        {
            Assert.Contains($"Backbone:Elasticsearch:{setting}", string.Join('\n', failures), StringComparison.Ordinal);
        }

        Assert.Contains("Backbone:Elasticsearch:ReconcileHours: 0 to 8760, is 8761", failures);
    }

    [Fact]
    public void What_is_right_passes() => Assert.Empty(Failures(new ElasticsearchOptions
    {
        Urls = "https://es1.example.cn:9200, https://es2.example.cn:9200;http://127.0.0.1:9200,http://[::1]:9200,http://localhost:9200",
        ApiKey = "abc",
        KeepDays = 3_650,
        ReconcileHours = 0,
    }));
}
