using Microsoft.Extensions.Options;

namespace Backbone.Audit.Receiving;

/// <summary>Settings of the ways in for other systems (section <c>Backbone:Audit:Receiving</c>).</summary>
internal sealed class ReceivingOptions
{
    public const string Section = "Backbone:Audit:Receiving";

    /// <summary>Days an event may be old when it arrives: a sender that was cut off for that long can still deliver. 1 to 3,650; default 30.</summary>
    public int MostAgeDays { get; set; } = 30;

    /// <summary>Batches taken at once, of all senders together; each holds up to 8 MiB. More are told to come again. 1 to 256; default 8.</summary>
    public int MostBatches { get; set; } = 8;

    /// <summary>Batches taken at once of one sender. 1 to 256; default 4.</summary>
    public int MostBatchesPerSender { get; set; } = 4;
}

/// <summary>Every setting outside its bounds is named, with bound and value.</summary>
internal sealed class ReceivingOptionsBounds : IValidateOptions<ReceivingOptions>
{
    public ValidateOptionsResult Validate(string? name, ReceivingOptions options)
    {
        List<string> failures = [];
        Check(nameof(options.MostAgeDays), options.MostAgeDays, 1, 3_650);
        Check(nameof(options.MostBatches), options.MostBatches, 1, 256);
        Check(nameof(options.MostBatchesPerSender), options.MostBatchesPerSender, 1, 256);
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);

        void Check(string setting, int value, int least, int most)
        {
            if (value < least || value > most)
            {
                failures.Add($"{ReceivingOptions.Section}:{setting}: {least} to {most}, is {value}");
            }
        }
    }
}
