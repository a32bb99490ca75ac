using Microsoft.Extensions.Options;

namespace Backbone.Credit.Grading;

/// <summary>How all organisations are scored (section <c>Backbone:Credit:Grading</c>).</summary>
internal sealed class GradingOptions
{
    public const string Section = CreditOptions.Section + ":Grading";

    /// <summary>How often it is looked whether facts are new or a day has begun. Minutes, 0–1,440; 0 turns scoring off on this host. Default 1.</summary>
    public int Minutes { get; set; } = 1;

    /// <summary>The purpose by which grades are made that stand in the record; one of the pack's. Default <c>supervision</c>.</summary>
    public string Purpose { get; set; } = "supervision";

    /// <summary>Into how many parts entities are divided, the same number on all hosts of a database. Count, 1–64. Default 4.</summary>
    public int Shards { get; set; } = 4;
}

internal sealed class GradingOptionsBounds : IValidateOptions<GradingOptions>
{
    public ValidateOptionsResult Validate(string? name, GradingOptions options)
    {
        List<string> failures = [];
        Bound(nameof(options.Minutes), options.Minutes, 0, 1_440, "minutes");
        Bound(nameof(options.Shards), options.Shards, 1, 64, "shards");
        if (options.Purpose.Length is 0 or > 64)
        {
            failures.Add($"{GradingOptions.Section}:{nameof(options.Purpose)} must be a purpose of the pack, 1–64 characters, but is '{options.Purpose}'.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);

        void Bound(string field, int value, int least, int most, string unit)
        {
            if (value < least || value > most)
            {
                failures.Add($"{GradingOptions.Section}:{field} must be {least}–{most} ({unit}), but is {value}.");
            }
        }
    }
}
