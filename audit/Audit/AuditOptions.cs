using Microsoft.Extensions.Options;

namespace Backbone.Audit;

/// <summary>Settings of the audit log (section <c>Backbone:Audit</c>).</summary>
internal sealed class AuditOptions
{
    public const string Section = "Backbone:Audit";

    /// <summary>MiB of one segment file, allocated in advance. 1 to 4,096; default 64.</summary>
    public int SegmentMegabytes { get; set; } = 64;

    /// <summary>Events that may wait for the writer before callers wait for room. 16 to 1,048,576; default 16,384.</summary>
    public int QueueLength { get; set; } = 16_384;

    /// <summary>
    /// The number of newest events whose ids are remembered, so that a repeated append returns the first one's index. About 60 bytes of
    /// memory each. 1,000 to 10,000,000; default 200,000.
    /// </summary>
    public int DeduplicationWindow { get; set; } = 200_000;

    /// <summary>Free MiB on the log's disk below which the health check warns (NIST SP 800-53 AU-5(1)). 0 to 268,435,456; default 1,024.</summary>
    public int WarnFreeMegabytes { get; set; } = 1_024;

    /// <summary>Verify every record of every segment at start, instead of the newest segments only. Default false.</summary>
    public bool VerifyAllAtStart { get; set; }
}

/// <summary>Every setting outside its bounds is named, with bound and value.</summary>
internal sealed class AuditOptionsBounds : IValidateOptions<AuditOptions>
{
    public ValidateOptionsResult Validate(string? name, AuditOptions options)
    {
        List<string> failures = [];
        Check(nameof(options.SegmentMegabytes), options.SegmentMegabytes, 1, 4_096);
        Check(nameof(options.QueueLength), options.QueueLength, 16, 1_048_576);
        Check(nameof(options.DeduplicationWindow), options.DeduplicationWindow, 1_000, 10_000_000);
        Check(nameof(options.WarnFreeMegabytes), options.WarnFreeMegabytes, 0, 268_435_456);
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);

        void Check(string setting, int value, int least, int most)
        {
            if (value < least || value > most)
            {
                failures.Add($"{AuditOptions.Section}:{setting}: {least} to {most}, is {value}");
            }
        }
    }
}
