using Backbone.Testing;

namespace Backbone.Integration.Tests.Start;

public sealed class CommandLine
{
    [Theory]
    [InlineData("--modules", "nope", "Unknown module 'nope'.", "Known modules: audit, identity")]
    [InlineData("--modules", "audit,audit", "named twice", "Known modules: audit, identity")]
    [InlineData("--nonsense", "1", "--nonsense", "--modules")]
    [InlineData("--set", "no-value", "NAME=VALUE", "no-value")]
    public async Task What_is_unknown_ends_with_code_2_and_the_known_names_and_creates_nothing(string option, string value, string said, string known)
    {
        var data = Path.Combine(Path.GetTempPath(), $"backbone-none-{Guid.CreateVersion7():N}");

        var (code, output) = await HostProcess.RunAsync("--data", data, option, value);

        Assert.Equal(2, code);
        Assert.Contains(said, output, StringComparison.Ordinal);
        Assert.Contains(known, output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(data));
    }

    [Fact]
    public async Task Every_wrong_setting_is_listed_with_name_bound_and_value_and_nothing_is_created()
    {
        var data = Path.Combine(Path.GetTempPath(), $"backbone-none-{Guid.CreateVersion7():N}");

        var (code, output) = await HostProcess.RunAsync(
            "--data", data, "--urls", "http://0.0.0.0:7100", "--set", "Backbone:LogLevel=Loud", "--set", "Backbone:PublicUrl=http://sso.example.cn",
            "--set", "Backbone:MasterKey=file:/nowhere/master.key", "--set", "Backbone:OtlpProtocol=carrier-pigeon");

        Assert.Equal(1, code);
        Assert.Contains("Backbone:LogLevel must be one of Verbose", output, StringComparison.Ordinal);
        Assert.Contains("Backbone:OtlpProtocol must be http/protobuf or grpc, but is 'carrier-pigeon'", output, StringComparison.Ordinal);
        Assert.Contains("'Loud'", output, StringComparison.Ordinal);
        Assert.Contains("Backbone:Urls: 'http://0.0.0.0:7100' would send passwords and tokens in plain text", output, StringComparison.Ordinal);
        Assert.Contains("Backbone:PublicUrl must be https", output, StringComparison.Ordinal);
        Assert.Contains(
            "Backbone:MasterKey must name an existing file of 32 random bytes, but there is no '/nowhere/master.key'", output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(data));
    }

    [Fact]
    public async Task A_master_key_in_the_settings_is_refused_and_never_repeated()
    {
        var data = Path.Combine(Path.GetTempPath(), $"backbone-none-{Guid.CreateVersion7():N}");

        var (code, output) = await HostProcess.RunAsync("--data", data, "--set", "Backbone:MasterKey=c2VjcmV0LWtleQ");

        Assert.Equal(1, code);
        Assert.Contains("Backbone:MasterKey must be file:PATH, never the key itself", output, StringComparison.Ordinal);
        Assert.DoesNotContain("c2VjcmV0LWtleQ", output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(data));
    }

    [Fact]
    public async Task Help_names_every_option_and_verb()
    {
        var (code, output) = await HostProcess.RunAsync("--help");

        Assert.Equal(0, code);
        Assert.All(
            (string[])["--modules", "--urls", "--data", "--no-demo", "--ready-file", "--set", "doctor", "demo"],
            name => Assert.Contains(name, output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_scorecard_is_fitted_without_a_running_host_and_what_is_out_of_bounds_has_code_2()
    {
        var folder = Directory.CreateTempSubdirectory("backbone-fit-").FullName;
        try
        {
            var (data, fitted) = (Path.Combine(folder, "companies.csv"), Path.Combine(folder, "fitted"));
            await File.WriteAllTextAsync(data, "profit,bankrupt\n" + string.Concat(Enumerable.Range(0, 300).Select(row => $"{row % 100},{(row % 100 < 30 ? 1 : 0)}\n")));
            string[] words = ["credit", "fit", "--data", data, "--outcome", "bankrupt", "--out", fitted];

            var first = await HostProcess.RunAsync(words);
            var second = await HostProcess.RunAsync([.. words, "--folds", "99"]);

            Assert.True(first.ExitCode == 0 && File.Exists(Path.Combine(fitted, "pack.yml")), first.Output);
            Assert.Equal(2, second.ExitCode);
            Assert.Contains("--folds takes 2 to 10, not 99.", second.Output, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task The_doctor_says_what_to_do_about_an_open_folder()
    {
        var data = Directory.CreateTempSubdirectory("backbone-doctor-").FullName;
        try
        {
            File.SetUnixFileMode(data, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherRead);

            var (code, output) = await HostProcess.RunAsync("doctor", "--data", data, "--urls", "http://localhost:0");

            Assert.Equal(1, code);
            Assert.Contains($"chmod 700 {data}", output, StringComparison.Ordinal);
            Assert.Empty(Directory.EnumerateFileSystemEntries(data));
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }
}
