using System.Globalization;

namespace Backbone.Identity.Catalogue;

/// <summary>A text in the two languages of every page; neither may be missing.</summary>
internal sealed record Bilingual(string Zh, string En)
{
    /// <summary>The text in the reader's language: English for English, Chinese for all others.</summary>
    public string In(CultureInfo culture) => culture.TwoLetterISOLanguageName == "en" ? En : Zh;

    /// <summary>The text in the language of the current request.</summary>
    public override string ToString() => In(CultureInfo.CurrentUICulture);
}
