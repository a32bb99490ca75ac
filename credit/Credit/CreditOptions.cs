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
}

internal sealed class CreditOptionsBounds : IValidateOptions<CreditOptions>
{
    public ValidateOptionsResult Validate(string? name, CreditOptions options) =>
        options.CodesPerAddressPerMinute is >= 1 and <= 100_000
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                $"{CreditOptions.Section}:{nameof(options.CodesPerAddressPerMinute)} must be 1–100000 (codes), but is {options.CodesPerAddressPerMinute}.");
}

internal static class CreditOptionsSetup
{
    public static void AddCreditOptions(this ModuleContext context)
    {
        context.Services.AddOptions<CreditOptions>().Bind(context.Configuration.GetSection(CreditOptions.Section)).ValidateOnStart();
        context.Services.AddSingleton<IValidateOptions<CreditOptions>, CreditOptionsBounds>();
    }
}
