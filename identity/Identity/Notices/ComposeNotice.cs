using System.Globalization;
using Backbone.Identity.Register;
using Backbone.Platform.Web;
using Backbone.Platform.Web.Components;
using Backbone.Platform.Web.Pages;
using Microsoft.Extensions.Localization;

namespace Backbone.Identity.Notices;

/// <summary>The words of each notice. 您 in letters, 你 on pages (ui.md 5).</summary>
internal sealed class ComposeNotice(IStringLocalizer<NoticeTexts> texts, BackboneOptions options, TimeProvider clock)
{
    /// <param name="kind">What it is about.</param>
    /// <param name="to">Phone or mailbox.</param>
    /// <param name="code">For the kinds with a code.</param>
    /// <param name="minutes">How long the code lives.</param>
    public Notice Of(NoticeKind kind, Identifier to, string? code = null, int minutes = 0) =>
        new(kind, to, texts[$"Letter_{kind}", code ?? "", minutes], code, clock.GetUtcNow());

    /// <summary>What was changed, when, and where to turn if it was somebody else. Never holds a secret.</summary>
    /// <param name="kind">What was changed.</param>
    /// <param name="to">Phone or mailbox.</param>
    /// <param name="language">The receiver's.</param>
    public Notice OfChange(NoticeKind kind, Identifier to, PageLanguage language)
    {
        var now = clock.GetUtcNow();
        var before = CultureInfo.CurrentUICulture;
        CultureInfo.CurrentUICulture = language.Culture;
        try
        {
            return new(kind, to, texts["Letter_Change", texts[$"Change_{kind}", TimeText.Full(now, language)], options.PublicUrl], null, now);
        }
        finally
        {
            CultureInfo.CurrentUICulture = before;
        }
    }
}
