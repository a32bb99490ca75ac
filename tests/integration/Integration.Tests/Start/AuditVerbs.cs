using Backbone.Testing;

namespace Backbone.Integration.Tests.Start;

/// <summary>The verbs of the audit log's index, as an operator types them.</summary>
public sealed class AuditVerbs
{
    [Theory]
    [InlineData("reconcile")]
    [InlineData("redeliver")]
    [InlineData("reindex", "--from", "0")]
    public async Task Without_a_cluster_they_say_which_setting_is_missing_and_create_nothing(params string[] verb)
    {
        var data = Path.Combine(Path.GetTempPath(), "backbone-verbs-" + Guid.CreateVersion7().ToString("N"));
        var (code, output) = await HostProcess.RunAsync(["audit", .. verb, "--data", data]);

        Assert.Equal(1, code);
        Assert.Contains("Backbone:Elasticsearch:Urls is not set", output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(data));
    }

    [Fact]
    public async Task Reindex_wants_to_know_from_where()
    {
        var (code, output) = await HostProcess.RunAsync("audit", "reindex");

        Assert.Equal(2, code);
        Assert.Contains("--from", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Kibanas_objects_are_written_where_one_says()
    {
        var folder = Directory.CreateTempSubdirectory("backbone-kibana-").FullName;
        try
        {
            var path = Path.Combine(folder, "new", "audit.ndjson");
            var (code, _) = await HostProcess.RunAsync("audit", "kibana", "--output", path);

            Assert.Equal(0, code);
            Assert.Equal(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "deploy", "kibana", "audit.ndjson")), await File.ReadAllTextAsync(path));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
