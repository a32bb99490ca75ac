using Microsoft.Extensions.Options;

namespace Backbone.Identity.Limits;

/// <summary>How often sign-in may be tried (section <c>Backbone:Identity:Limits</c>); after login.gov, widened to GOV.UK's 5–10 tries.</summary>
internal sealed class LimitOptions
{
    public const string Section = "Backbone:Identity:Limits";

    /// <summary>Wrong passwords or codes of one sign-in name before it is locked. Count, 3–10. Default 5.</summary>
    public int FailuresBeforeLock { get; set; } = 5;

    /// <summary>How long the lock lasts, and how long failures are remembered. Minutes, 1–1,440. Default 10.</summary>
    public int LockMinutes { get; set; } = 10;

    /// <summary>Sign-in requests of one network address per minute. Count, 5–100,000. Default 20.</summary>
    public int SignInsPerAddressPerMinute { get; set; } = 20;
}

internal sealed class LimitOptionsBounds : IValidateOptions<LimitOptions>
{
    public ValidateOptionsResult Validate(string? name, LimitOptions options)
    {
        List<string> failures = [];
        Check(nameof(options.FailuresBeforeLock), options.FailuresBeforeLock, 3, 10, "tries");
        Check(nameof(options.LockMinutes), options.LockMinutes, 1, 1440, "minutes");
        Check(nameof(options.SignInsPerAddressPerMinute), options.SignInsPerAddressPerMinute, 5, 100_000, "requests");
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);

        void Check(string property, int value, int least, int most, string unit)
        {
            if (value < least || value > most)
            {
                failures.Add($"{LimitOptions.Section}:{property} must be {least}–{most} ({unit}), but is {value}.");
            }
        }
    }
}
