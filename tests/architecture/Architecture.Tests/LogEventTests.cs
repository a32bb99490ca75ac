namespace Backbone.Architecture.Tests;

public sealed class LogEventTests
{
    [Fact]
    public void Every_log_id_is_unique_and_in_the_range_of_its_folder() => Assert.Empty(LogEventRules.Violations(
        Repository.Files(".cs").Where(path => !path.StartsWith("tests/", StringComparison.Ordinal)).Select(path => (path, Repository.Read(path)))));

    [Fact]
    public void A_planted_second_use_is_found() => Assert.Contains("1001", Assert.Single(LogEventRules.Violations(
        [("identity/A.cs", "[LoggerMessage(1001, LogLevel.Error)]"), ("identity/B.cs", "[LoggerMessage(EventId = 1001)]")])), StringComparison.Ordinal);

    [Fact]
    public void A_planted_id_out_of_range_is_found() => Assert.Contains("outside", Assert.Single(LogEventRules.Violations(
        [("audit/A.cs", "[LoggerMessage(1001, LogLevel.Error)]")])), StringComparison.Ordinal);
}
