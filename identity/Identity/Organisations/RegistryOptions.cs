using Backbone.Platform.Web;
using Microsoft.Extensions.Options;

namespace Backbone.Identity.Organisations;

/// <summary>Who says which organisations there are and who represents them (section <c>Backbone:Identity:Registry</c>).</summary>
internal sealed class RegistryOptions
{
    public const string Section = "Backbone:Identity:Registry";

    public const string None = "none";

    /// <summary>
    /// <c>simulator</c>: the demonstration's, refused without it; <c>none</c>: nobody registers an organisation. Default: the simulator in a
    /// demonstration, else none.
    /// </summary>
    public string? Source { get; set; }
}

internal sealed class RegistryOptionsBounds(BackboneOptions platform) : IValidateOptions<RegistryOptions>
{
    public ValidateOptionsResult Validate(string? name, RegistryOptions options) => options.Source switch
    {
        null or RegistryOptions.None => ValidateOptionsResult.Success,
        RegistrySimulator.SourceName when platform.Demo => ValidateOptionsResult.Success,
        RegistrySimulator.SourceName => ValidateOptionsResult.Fail(
            $"{RegistryOptions.Section}:{nameof(RegistryOptions.Source)} must not be 'simulator' without the demonstration (--no-demo): its organisations do not exist."),
        var other => ValidateOptionsResult.Fail(
            $"{RegistryOptions.Section}:{nameof(RegistryOptions.Source)} must be simulator or none, but is '{other}'."),
    };
}

/// <summary>The registry in force; null while the way is closed.</summary>
internal sealed class RegistryWay(IEntityRegistry? registry)
{
    public IEntityRegistry? Registry => registry;

    public bool IsSimulated => registry is RegistrySimulator;
}
