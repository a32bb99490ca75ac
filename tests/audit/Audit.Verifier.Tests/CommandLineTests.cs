namespace Backbone.Audit.Verifier.Tests;

public sealed class CommandLineTests
{
    private static readonly string Key = SampleLog.Signer.Key.ToString();

    public static TheoryData<string[], string> Wrong => new()
    {
        { [], "a folder, a URL or --receipt is needed" },
        { ["a", "b"], "one place" },
        { ["a", "--nonsense"], "unknown option --nonsense" },
        { ["a", "--key"], "--key needs a value" },
        { ["a", "--key", "nonsense"], "verifier key" },
        { ["a", "--entry", "x"], "--entry goes with --receipt" },
        { ["--receipt", "x", "--from", "y"], "--from goes with" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Wrong_usage_is_code_2_and_says_what(string[] args, string said)
    {
        var run = Run.Of(args);
        Assert.Equal(VerifierProgram.WrongUsage, run.Code);
        Assert.Contains(said, run.Errors, StringComparison.Ordinal);
        Assert.Contains("Exit codes", run.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/nowhere/at/all")]
    [InlineData("http://example.com/log")]
    [InlineData("http://127.0.0.1:1/log")]
    public void What_is_not_there_or_not_allowed_is_code_3(string place) => Assert.Equal(VerifierProgram.Unreadable, Run.Of(place).Code);

    [Fact]
    public void A_receipt_is_verified_without_any_log()
    {
        using var log = new SampleLog(777);
        var alone = log.Aside("a.tlog-proof", log.Receipt(345, withEntry: false));
        var carrying = log.Aside("b.tlog-proof", log.Receipt(345, withEntry: true));
        var entry = log.Aside("entry", log.Entries[345]);
        var other = log.Aside("other", log.Entries[346]);
        Assert.Equal(VerifierProgram.Sound, Run.Of("--receipt", alone, "--entry", entry, "--key", Key).Code);
        Assert.Equal(VerifierProgram.NotSound, Run.Of("--receipt", alone, "--entry", other, "--key", Key).Code);
        Assert.Equal(VerifierProgram.Sound, Run.Of("--receipt", carrying, "--key", Key).Code);
        Assert.Contains("--entry", Run.Of("--receipt", alone, "--key", Key).Output, StringComparison.Ordinal);
        Assert.Equal(VerifierProgram.Sound, Run.Of(log.Folder, "--receipt", alone, "--key", Key).Code);
        Assert.Equal(VerifierProgram.NotSound, Run.Of("--receipt", entry, "--key", Key).Code);
        Assert.Equal(VerifierProgram.Unreadable, Run.Of("--receipt", "/nowhere", "--key", Key).Code);
    }

    [Fact]
    public void A_receipt_of_another_tree_contradicts_the_log()
    {
        using var log = new SampleLog(300);
        using var longer = new SampleLog(301);
        var receipt = log.Aside("r.tlog-proof", longer.Receipt(5, withEntry: true));
        Assert.Contains("rolled back", Run.Of(log.Folder, "--receipt", receipt, "--key", Key).Output, StringComparison.Ordinal);
        Assert.Equal(VerifierProgram.Sound, Run.Of(longer.Folder, "--receipt", log.Aside("s", log.Receipt(5, withEntry: true)), "--key", Key).Code);
    }
}
