namespace Backbone.Platform.Web.Pages;

/// <summary>How wide the content of a page may grow.</summary>
public enum PageWidth
{
    /// <summary>40rem: forms and text, the default.</summary>
    Reading,

    /// <summary>1200 px: lists, cards, the portal.</summary>
    Page,

    /// <summary>The whole window: tables of the consoles.</summary>
    Console,
}
