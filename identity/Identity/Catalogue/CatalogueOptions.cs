namespace Backbone.Identity.Catalogue;

/// <summary>Where the catalogue is read from.</summary>
internal sealed class CatalogueOptions
{
    /// <summary>The folder that ships with the program.</summary>
    public string BuiltInFolder { get; set; } = Path.Combine(AppContext.BaseDirectory, "catalogue");

    /// <summary>
    /// <c>Backbone:Catalogue</c>: the operator's folder of <c>*.yml</c>, one app each; it must exist. Default: none.
    /// </summary>
    public string? OperatorFolder { get; set; }

    /// <summary><c>Backbone:CataloguePoll</c>: how often files are looked at where the system does not report changes; 1 s – 1 h, default 5 s.</summary>
    public TimeSpan Poll { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Values of <c>{publicUrl}</c>, <c>{citizenApp}</c>, <c>{officeApp}</c>; a missing one leaves its app not connected.</summary>
    public Dictionary<string, string> Addresses { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether the demonstration clients (<c>demo/*.yml</c>) exist.</summary>
    public bool Demo { get; set; }

    /// <summary>Relative <c>file:</c> references start here.</summary>
    public string DataDirectory { get; set; } = "data";
}
