using Microsoft.Extensions.Options;

namespace Backbone.Identity.Sessions;

/// <summary>How long a session lives (section <c>Backbone:Identity:Sessions</c>).</summary>
internal sealed class SessionOptions
{
    public const string Section = "Backbone:Identity:Sessions";

    /// <summary>Ends after so long without a request. Minutes, 5–720. Default 30.</summary>
    public int IdleMinutes { get; set; } = 30;

    /// <summary>Ends so long after sign-in, whatever happens. Minutes, not under idle, ≤ 1,440. Default 720 (12 h).</summary>
    public int AbsoluteMinutes { get; set; } = 720;

    public TimeSpan Idle => TimeSpan.FromMinutes(IdleMinutes);

    public TimeSpan Absolute => TimeSpan.FromMinutes(AbsoluteMinutes);
}

internal sealed class SessionOptionsBounds : IValidateOptions<SessionOptions>
{
    public ValidateOptionsResult Validate(string? name, SessionOptions options)
    {
        List<string> failures = [];
        if (options.IdleMinutes is < 5 or > 720)
        {
            failures.Add($"{SessionOptions.Section}:IdleMinutes must be 5–720 (minutes), but is {options.IdleMinutes}.");
        }

        if (options.AbsoluteMinutes < options.IdleMinutes || options.AbsoluteMinutes > 1440)
        {
            failures.Add(
                $"{SessionOptions.Section}:AbsoluteMinutes must be {options.IdleMinutes}–1440 (minutes), but is {options.AbsoluteMinutes}.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
