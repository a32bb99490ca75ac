using Microsoft.Extensions.Options;

namespace Backbone.Audit.Searching.Embedded;

/// <summary>Settings of the embedded event index (section <c>Backbone:Audit:Index</c>); of no meaning where Elasticsearch serves.</summary>
internal sealed class EmbeddedIndexOptions
{
    public const string Section = "Backbone:Audit:Index";

    /// <summary>
    /// Where its files lie, without <c>*</c>, <c>?</c> and <c>[</c>, which mean patterns to the engine. They are made from the log and can be
    /// deleted while the host is stopped. Default <c>&lt;data&gt;/audit/index</c>.
    /// </summary>
    public string? Folder { get; set; }

    /// <summary>
    /// MiB the engine may hold for the newest events, for files being written and for queries; what needs more goes to files below the folder.
    /// 64 to 65,536; default 96, with which the process stays below 400 MB while it counts
    /// millions of values of ten million events: the engine takes about as much again beside its bound.
    /// </summary>
    public int MemoryMegabytes { get; set; } = 96;

    /// <summary>Threads of the engine. 1 to 64; default 2.</summary>
    public int Threads { get; set; } = 2;

    /// <summary>Seconds after which a query is given up. 1 to 600; default 30.</summary>
    public int QuerySeconds { get; set; } = 30;

    /// <summary>Queries that run at once; others wait. 1 to 64; default 4.</summary>
    public int Queries { get; set; } = 4;

    /// <summary>Newest events held in memory before they become a file; 1,000 to 200,000; default 16,384.</summary>
    public int NewestEvents { get; set; } = 16_384;

    /// <summary>Events of a merged file, at most. 100,000 to 10,000,000; default 1,000,000.</summary>
    public int MergedEvents { get; set; } = 1_000_000;
}

/// <summary>Every setting outside its bounds is named, with bound and value.</summary>
internal sealed class EmbeddedIndexBounds : IValidateOptions<EmbeddedIndexOptions>
{
    public ValidateOptionsResult Validate(string? name, EmbeddedIndexOptions options)
    {
        List<string> failures = [];
        Check(nameof(options.MemoryMegabytes), options.MemoryMegabytes, 64, 65_536);
        Check(nameof(options.Threads), options.Threads, 1, 64);
        Check(nameof(options.QuerySeconds), options.QuerySeconds, 1, 600);
        Check(nameof(options.Queries), options.Queries, 1, 64);
        Check(nameof(options.NewestEvents), options.NewestEvents, 1_000, 200_000);
        Check(nameof(options.MergedEvents), options.MergedEvents, 100_000, 10_000_000);
        if (options.Folder is { } folder && (folder.Length == 0 || folder.AsSpan().ContainsAny("*?[")))
        {
            failures.Add($"{EmbeddedIndexOptions.Section}:{nameof(options.Folder)}: a path without * ? and [, is \"{folder}\"");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);

        void Check(string setting, int value, int least, int most)
        {
            if (value < least || value > most)
            {
                failures.Add($"{EmbeddedIndexOptions.Section}:{setting}: {least} to {most}, is {value}");
            }
        }
    }
}
