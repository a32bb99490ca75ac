using Backbone.Identity.Register;
using Microsoft.Extensions.Localization;

namespace Backbone.Identity.Notices;

/// <summary>The words of each notice. 您 in letters, 你 on pages (ui.md 5).</summary>
internal sealed class ComposeNotice(IStringLocalizer<NoticeTexts> texts, TimeProvider clock)
{
    /// <param name="kind">What it is about.</param>
    /// <param name="to">Phone or mailbox.</param>
    /// <param name="code">For the kinds with a code.</param>
    /// <param name="minutes">How long the code lives.</param>
    public Notice Of(NoticeKind kind, Identifier to, string? code = null, int minutes = 0) =>
        new(kind, to, texts[$"Letter_{kind}", code ?? "", minutes], code, clock.GetUtcNow());
}
