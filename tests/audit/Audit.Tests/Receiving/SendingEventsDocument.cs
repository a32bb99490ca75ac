using System.Diagnostics;
using System.Text.Json.Nodes;
using Backbone.Testing;

namespace Backbone.Audit.Tests.Receiving;

/// <summary>The examples of docs/sending-events.md do what the page says.</summary>
public sealed class SendingEventsDocument(SendersHost host) : IClassFixture<SendersHost>
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "sending-events.md"));

    [Fact]
    public async Task Every_example_of_the_shell_runs_as_it_stands()
    {
        RealServers.Curl();
        var start = host.Log.Records.EndIndex;
        var script = string.Join('\n', Blocks("sh"));
        var bash = new ProcessStartInfo("/bin/bash") { RedirectStandardOutput = true, RedirectStandardError = true, ArgumentList = { "-euo", "pipefail", "-c", script } };
        bash.Environment["HOST"] = host.Address.GetLeftPart(UriPartial.Authority);
        bash.Environment["CLIENT"] = "sender-one";
        bash.Environment["SECRET"] = host.SecretOf("sender-one").Trim();
        bash.WorkingDirectory = Directory.CreateTempSubdirectory("sending-").FullName;
        using var process = Process.Start(bash)!;
        var (said, wrong) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Directory.Delete(bash.WorkingDirectory, recursive: true);

        Assert.True(process.ExitCode == 0, $"{await said}\n{await wrong}");
        var answers = (await said).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal(["accepted", "refused", "accepted", null, null], answers.Select(answer => (string?)answer["state"]));
        Assert.Equal("user.shoe_size", (string)answers[1]["violations"]![0]!["field"]!);
        Assert.True((bool)answers[3]["accepted"]!);
        Assert.Equal("{}", answers[4].ToJsonString());
        Assert.Equal(3, host.ExternalSince(start).Count());
    }

    [Fact]
    public void The_example_of_Serilog_is_the_code_that_is_tested()
    {
        var code = File.ReadAllText(Path.Combine(Repository.Root, "tests", "audit", "Audit.Tests", "Receiving", "Serilog", "SerilogExample.cs"));
        Assert.All(Blocks("csharp").SelectMany(block => block.Split('\n')).Select(line => line.Trim()), line => Assert.Contains(line, code, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_setting_that_the_page_names_exists_and_none_is_missing()
    {
        foreach (var type in (Type[])[typeof(Audit.Receiving.ReceivingOptions), typeof(Audit.Receiving.SenderOptions), typeof(Audit.Receiving.Syslog.SyslogOptions)])
        {
            Assert.All(type.GetProperties().Where(property => property.Name != "Syslog"), property => Assert.Contains($"`{property.Name}`", Page, StringComparison.Ordinal));
        }
    }

    private static IEnumerable<string> Blocks(string language) => Page.Split("```" + language + "\n").Skip(1).Select(rest => rest[..rest.IndexOf("\n```", StringComparison.Ordinal)]);
}
