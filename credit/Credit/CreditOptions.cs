using Backbone.Credit.Catalogue;
using Backbone.Credit.Packs;
using Backbone.Platform.Web;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Backbone.Credit;

/// <summary>Settings of the module (section <c>Backbone:Credit</c>).</summary>
internal sealed class CreditOptions
{
    public const string Section = "Backbone:Credit";

    /// <summary>Codes that one network address may have checked in a minute. Count, 1–100,000. Default 120.</summary>
    public int CodesPerAddressPerMinute { get; set; } = 120;

    /// <summary>Questions for a grade or a report that one program may ask of this host in a minute. Count, 1–1,000,000. Default 6,000.</summary>
    public int QuestionsPerProgramPerMinute { get; set; } = 6_000;

    /// <summary>
    /// The policy pack in force while the database has none: a file, absolute or below the data folder, that <c>host credit pack check</c> calls sound.
    /// Empty: the built-in national pack. Default empty.
    /// </summary>
    public string Pack { get; set; } = "";

    /// <summary>
    /// The font of reports as PDF: a file with Chinese, absolute or below the data folder. Default empty: Noto Sans CJK and others where systems have
    /// them; without any, no report is given out as PDF.
    /// </summary>
    public string PaperFont { get; set; } = "";

    public string PackFile(BackboneOptions platform) => Pack.Length == 0 ? PackInForce.BuiltInFile : platform.PathOf(Pack);
}

internal sealed class CreditOptionsBounds(BackboneOptions platform) : IValidateOptions<CreditOptions>
{
    public ValidateOptionsResult Validate(string? name, CreditOptions options)
    {
        List<string> failures = [];
        if (options.CodesPerAddressPerMinute is < 1 or > 100_000)
        {
            failures.Add($"{CreditOptions.Section}:{nameof(options.CodesPerAddressPerMinute)} must be 1–100000 (codes), but is {options.CodesPerAddressPerMinute}.");
        }

        if (options.QuestionsPerProgramPerMinute is < 1 or > 1_000_000)
        {
            failures.Add($"{CreditOptions.Section}:{nameof(options.QuestionsPerProgramPerMinute)} must be 1–1000000 (questions), but is {options.QuestionsPerProgramPerMinute}.");
        }

        if (options.Pack.Length > 0 && PackInForce.Read(options.PackFile(platform), LoadCatalogue.File(LoadCatalogue.BuiltInFile), out var fault) is null)
        {
            failures.Add($"{CreditOptions.Section}:{nameof(options.Pack)} must be a policy pack that may be approved (host credit pack check), but {fault}.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}

internal static class CreditOptionsSetup
{
    public static void AddCreditOptions(this ModuleContext context)
    {
        context.Services.AddOptions<CreditOptions>().Bind(context.Configuration.GetSection(CreditOptions.Section)).ValidateOnStart();
        context.Services.AddSingleton<IValidateOptions<CreditOptions>, CreditOptionsBounds>();
    }
}
