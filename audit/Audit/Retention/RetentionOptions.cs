using Backbone.Audit.Contracts.Events;
using Microsoft.Extensions.Options;

namespace Backbone.Audit.Retention;

/// <summary>
/// How long events are kept, by class (section <c>Backbone:Audit:Retention</c>). Nothing is deleted until <see cref="Delete"/> is set and each
/// class has its period and its legal basis: who deletes evidence says by which rule.
/// </summary>
internal sealed class RetentionOptions
{
    public const string Section = "Backbone:Audit:Retention";

    /// <summary>The longest a basis may be.</summary>
    public const int LongestBasis = 200;

    /// <summary>Whether anything is ever deleted. Default false.</summary>
    public bool Delete { get; set; }

    /// <summary>At least 184 days (Cybersecurity Law art. 23(3): six months).</summary>
    public RetentionRule General { get; set; } = new();

    /// <summary>At least 1,096 days (Network Data Security Regulations art. 12: three years).</summary>
    public RetentionRule Disclosure { get; set; } = new();

    /// <summary>At least 1,827 days: five years.</summary>
    public RetentionRule Credit { get; set; } = new();

    /// <summary>At least 2,557 days: seven years after an event in a certificate's life, its end among them.</summary>
    public RetentionRule Certificate { get; set; } = new();

    public RetentionRule this[RetentionClass of] => of switch
    {
        RetentionClass.Disclosure => Disclosure,
        RetentionClass.Credit => Credit,
        RetentionClass.Certificate => Certificate,
        _ => General,
    };

    /// <summary>The fewest days that may be set.</summary>
    public static int LeastDays(RetentionClass of) => of switch
    {
        RetentionClass.Disclosure => 1_096,
        RetentionClass.Credit => 1_827,
        RetentionClass.Certificate => 2_557,
        _ => 184,
    };
}

/// <summary>The rule of one class.</summary>
internal sealed class RetentionRule
{
    /// <summary>Days after which an event may go; 0 for not set. At most 36,525.</summary>
    public int Days { get; set; }

    /// <summary>The clause that asks for the period or allows its end; one line, 1 to 200 characters.</summary>
    public string Basis { get; set; } = "";
}

/// <summary>Every setting outside its bounds is named, with bound and value.</summary>
internal sealed class RetentionOptionsBounds : IValidateOptions<RetentionOptions>
{
    private const int MostDays = 36_525;

    public ValidateOptionsResult Validate(string? name, RetentionOptions options)
    {
        List<string> failures = [];
        foreach (var of in Enum.GetValues<RetentionClass>())
        {
            var (rule, least) = (options[of], RetentionOptions.LeastDays(of));
            if ((options.Delete || rule.Days != 0) && (rule.Days < least || rule.Days > MostDays))
            {
                failures.Add($"{RetentionOptions.Section}:{of}:{nameof(rule.Days)}: {least} to {MostDays}, is {rule.Days}");
            }

            if ((options.Delete && rule.Basis.Length == 0) || rule.Basis.Length > RetentionOptions.LongestBasis || rule.Basis.Any(char.IsControl))
            {
                failures.Add($"{RetentionOptions.Section}:{of}:{nameof(rule.Basis)}: one line of 1 to {RetentionOptions.LongestBasis} characters, has {rule.Basis.Length}");
            }
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
