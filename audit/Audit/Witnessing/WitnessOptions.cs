using Microsoft.Extensions.Options;

namespace Backbone.Audit.Witnessing;

/// <summary>Settings of this host as a witness of other logs (section <c>Backbone:Audit:Witness</c>). Off unless both are set.</summary>
internal sealed class WitnessOptions
{
    public const string Section = "Backbone:Audit:Witness";

    /// <summary>
    /// The witness's name, a key name of signed-note; by custom the public address without scheme. Default none: this host witnesses nobody.
    /// </summary>
    public string? Name { get; set; }

    /// <summary>A tlog-policy file whose <c>log</c> lines are the logs to witness. Default none.</summary>
    public string? LogsFile { get; set; }

    public bool IsOn => Name is not null;
}

/// <summary>Every setting outside its bounds is named, with bound and value.</summary>
internal sealed class WitnessOptionsBounds : IValidateOptions<WitnessOptions>
{
    public ValidateOptionsResult Validate(string? name, WitnessOptions options)
    {
        List<string> failures = [];
        if (options.Name is { } own && (own.Length is 0 or > 255 || own.AsSpan().IndexOfAnyExceptInRange('!', '~') >= 0 || own.Contains('+', StringComparison.Ordinal)))
        {
            failures.Add($"{WitnessOptions.Section}:{nameof(options.Name)}: 1 to 255 printable ASCII characters without space and '+', is \"{own}\"");
        }

        if (options.IsOn != options.LogsFile is not null)
        {
            failures.Add($"{WitnessOptions.Section}: {nameof(options.Name)} and {nameof(options.LogsFile)} go together; only one is set");
        }

        if (options.LogsFile is { } file && !File.Exists(file))
        {
            failures.Add($"{WitnessOptions.Section}:{nameof(options.LogsFile)}: an existing file, is \"{file}\"");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
