using Backbone.Platform.Web;
using Microsoft.Extensions.Options;

namespace Backbone.Identity.Persons;

/// <summary>Who confirms real names (section <c>Backbone:Identity:RealName</c>).</summary>
internal sealed class RealNameOptions
{
    public const string Section = "Backbone:Identity:RealName";

    public const string None = "none";

    /// <summary>
    /// <c>simulator</c>: the demonstration's, refused without the demonstration, where anybody could take a simulated person's name;
    /// <c>none</c>: the way is closed. Default: the simulator in a demonstration, else none.
    /// </summary>
    public string? Source { get; set; }
}

internal sealed class RealNameOptionsBounds(BackboneOptions platform) : IValidateOptions<RealNameOptions>
{
    public ValidateOptionsResult Validate(string? name, RealNameOptions options) => options.Source switch
    {
        null or RealNameOptions.None => ValidateOptionsResult.Success,
        RealNameSimulator.SourceName when platform.Demo => ValidateOptionsResult.Success,
        RealNameSimulator.SourceName => ValidateOptionsResult.Fail(
            $"{RealNameOptions.Section}:{nameof(RealNameOptions.Source)} must not be 'simulator' without the demonstration (--no-demo): its people are known to everybody."),
        var other => ValidateOptionsResult.Fail(
            $"{RealNameOptions.Section}:{nameof(RealNameOptions.Source)} must be simulator or none, but is '{other}'."),
    };
}

/// <summary>The source in force; null while the way is closed.</summary>
internal sealed class RealNameWay(IRealNameSource? source)
{
    public IRealNameSource? Source => source;

    public bool IsOpen => source is not null;

    public bool IsSimulated => source is RealNameSimulator;
}
