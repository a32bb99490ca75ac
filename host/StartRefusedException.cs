namespace Backbone.Host;

/// <summary>The host will not start, and nothing was started. Each failure is one line a person can act on.</summary>
internal sealed class StartRefusedException(int exitCode, IReadOnlyList<string> failures)
    : Exception(string.Join(Environment.NewLine, failures))
{
    public int ExitCode { get; } = exitCode;

    public IReadOnlyList<string> Failures { get; } = failures;
}
