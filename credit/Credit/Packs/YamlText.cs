using System.Globalization;
using System.Text;
using Backbone.Platform;

namespace Backbone.Credit.Packs;

/// <summary>Values as YAML writes them, in forms that no reader can take for anything else: texts are always quoted.</summary>
internal static class YamlText
{
    public static string Both(Bilingual text) => $"{{ zh: {Quoted(text.Zh)}, en: {Quoted(text.En)} }}";

    public static string Date(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>Names that need no quotes.</summary>
    public static string List(IEnumerable<string> names) => $"[{string.Join(", ", names)}]";

    public static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var character in text)
        {
            quoted = character switch
            {
                '"' or '\\' => quoted.Append('\\').Append(character),

                // What YAML takes for the end of a line, or drops.
                '\u0085' or '\u00A0' or '\u2028' or '\u2029' or '\uFEFF' => quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:X4}"),
                _ when char.IsControl(character) => quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:X4}"),
                _ => quoted.Append(character),
            };
        }

        return quoted.Append('"').ToString();
    }
}
