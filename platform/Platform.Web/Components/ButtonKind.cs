namespace Backbone.Platform.Web.Components;

public enum ButtonKind
{
    /// <summary>The one act that matters; one per page.</summary>
    Primary,

    Secondary,

    /// <summary>Reads like a link; for "cancel" and acts inside rows.</summary>
    Quiet,

    /// <summary>Cannot be undone or takes something away.</summary>
    Danger,
}
