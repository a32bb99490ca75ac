using Microsoft.Extensions.Options;

namespace Backbone.Audit.Publishing;

/// <summary>Settings of the published tree (section <c>Backbone:Audit:Tree</c>).</summary>
internal sealed class PublishingOptions
{
    public const string Section = "Backbone:Audit:Tree";

    /// <summary>
    /// The log's name, as tlog-tiles wants it: the public address without scheme. Fixed for ever by the first start, which writes it into
    /// the key's file. Default: the public address's host and port, and <c>/audit/tlog</c>.
    /// </summary>
    public string? Origin { get; set; }

    /// <summary>The signing key's file. Keep it off the log's storage. Default <c>&lt;data&gt;/keys/audit-log.key</c>.</summary>
    public string? KeyFile { get; set; }

    /// <summary>Sign also with ML-DSA-44 (FIPS 204), as a second signature line; its key is made beside the first. Default false.</summary>
    public bool PostQuantum { get; set; }

    /// <summary>Least time between two checkpoints while events arrive; milliseconds. 50 to 1,000; default 500.</summary>
    public int CheckpointMilliseconds { get; set; } = 500;

    /// <summary>A tlog-policy file: the witnesses to ask, and the quorum. Default none.</summary>
    public string? PolicyFile { get; set; }
}

/// <summary>Every setting outside its bounds is named, with bound and value.</summary>
internal sealed class PublishingOptionsBounds : IValidateOptions<PublishingOptions>
{
    public ValidateOptionsResult Validate(string? name, PublishingOptions options)
    {
        List<string> failures = [];
        if (options.CheckpointMilliseconds is < 50 or > 1_000)
        {
            failures.Add($"{PublishingOptions.Section}:{nameof(options.CheckpointMilliseconds)}: 50 to 1000, is {options.CheckpointMilliseconds}");
        }

        if (options.Origin is { } origin && (origin.Length is 0 or > 255 || origin.AsSpan().IndexOfAnyExceptInRange('!', '~') >= 0 || origin.Contains('+', StringComparison.Ordinal)))
        {
            failures.Add($"{PublishingOptions.Section}:{nameof(options.Origin)}: 1 to 255 printable ASCII characters without space and '+', is \"{origin}\"");
        }

        if (options.PolicyFile is { } policy && !File.Exists(policy))
        {
            failures.Add($"{PublishingOptions.Section}:{nameof(options.PolicyFile)}: an existing file, is \"{policy}\"");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
