using System.Globalization;

namespace Backbone.Platform;

/// <summary>A text in the two languages of every page; neither may be missing.</summary>
public readonly record struct Bilingual(string Zh, string En)
{
    /// <summary>The text in the reader's language: English for English, Chinese for all others.</summary>
    public string In(CultureInfo culture)
    {
        ArgumentNullException.ThrowIfNull(culture);
        return culture.TwoLetterISOLanguageName == "en" ? En : Zh;
    }

    /// <summary>The text in the language of the current request.</summary>
    public override string ToString() => In(CultureInfo.CurrentUICulture);
}
