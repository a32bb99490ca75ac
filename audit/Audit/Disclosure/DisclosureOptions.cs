using Microsoft.Extensions.Options;

namespace Backbone.Audit.Disclosure;

/// <summary>Settings of "who looked at my data" (section <c>Backbone:Audit:Disclosure</c>).</summary>
internal sealed class DisclosureOptions
{
    public const string Section = "Backbone:Audit:Disclosure";

    /// <summary>
    /// Code of the organisation that runs this system: whose staff read the log. People see it as who looked. 1 to 128 characters;
    /// default "backbone".
    /// </summary>
    public string Operator { get; set; } = "backbone";

    /// <summary>What that organisation is called. 1 to 128 characters; default: words for "the operator of this system".</summary>
    public string? OperatorName { get; set; }
}

/// <summary>Every setting outside its bounds is named, with bound and value.</summary>
internal sealed class DisclosureOptionsBounds : IValidateOptions<DisclosureOptions>
{
    private const int LongestName = 128;

    public ValidateOptionsResult Validate(string? name, DisclosureOptions options)
    {
        List<string> failures = [];
        Named(nameof(options.Operator), options.Operator);
        Named(nameof(options.OperatorName), options.OperatorName ?? "-");
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);

        void Named(string setting, string value)
        {
            if (value.Length is 0 or > LongestName || value.Any(char.IsControl))
            {
                failures.Add($"{DisclosureOptions.Section}:{setting}: 1 to {LongestName} characters without controls, has {value.Length}");
            }
        }
    }
}
