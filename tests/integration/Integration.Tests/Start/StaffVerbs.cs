using System.Text.RegularExpressions;
using Backbone.Testing;

namespace Backbone.Integration.Tests.Start;

/// <summary>The first administrator of a host without demonstration, as an operator makes it.</summary>
public sealed partial class StaffVerbs
{
    [Fact]
    public async Task The_first_administrator_is_made_before_the_first_start_and_signs_in_after_it()
    {
        var data = Path.Combine(Path.GetTempPath(), "backbone-staff-" + Guid.CreateVersion7().ToString("N"));
        try
        {
            var (code, output) = await HostProcess.RunAsync(
                "staff", "add", "zhou.audit", "--display-name", "周审计", "--role", "audit-administrator", "--data", data, "--no-demo");
            Assert.True(code == 0, output);
            var password = Shown().Match(output).Groups[1].Value;

            await using var host = await HostProcess.StartAsync(data, "--no-demo");
            using var browser = new ScriptlessBrowser(host.Portal);
            await browser.GoAsync("/sign-in?return=%2Faccount");
            await browser.SubmitAsync(new Dictionary<string, string> { ["name"] = "zhou.audit", ["password"] = password });
            Assert.Equal("/sign-in/set-up", browser.Address.AbsolutePath);

            (code, output) = await HostProcess.RunAsync("staff", "list", "--data", data, "--no-demo");
            Assert.Equal(0, code);
            Assert.Contains("zhou.audit\t周审计\tno second factor yet\tin use\taudit-administrator, staff", output, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    [Fact]
    public async Task Without_identity_there_are_none_and_nothing_is_created()
    {
        var data = Path.Combine(Path.GetTempPath(), "backbone-staff-" + Guid.CreateVersion7().ToString("N"));

        var (code, output) = await HostProcess.RunAsync("staff", "list", "--data", data, "--modules", "audit");

        Assert.Equal(1, code);
        Assert.Contains("the module identity is off", output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(data));
    }

    [GeneratedRegex("the password (\\S{16}) ")]
    private static partial Regex Shown();
}
