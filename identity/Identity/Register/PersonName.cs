using System.Globalization;
using System.Text;

namespace Backbone.Identity.Register;

/// <summary>What pages call a person: 2–50 characters, letters of any script, "·" between the parts as many names of China have it.</summary>
internal static class PersonName
{
    public const int MinLength = 2;

    public const int MaxLength = 50;

    /// <summary>The cleaned name, or the code of what is wrong with it.</summary>
    public static (string? Name, string? Code, int Length) Parse(string? typed)
    {
        if (string.IsNullOrWhiteSpace(typed))
        {
            return (null, "Name_Empty", 0);
        }

        if (typed.Length > 4 * MaxLength || !IsWellFormed(typed))
        {
            return (null, typed.Length > 4 * MaxLength ? "Name_TooLong" : "Name_Character", typed.Length);
        }

        // The dots people's keyboards offer for the one that belongs in a name (U+00B7).
        var text = typed.Normalize(NormalizationForm.FormC).Trim().Replace('•', '·').Replace('・', '·').Replace('．', '·').Replace('‧', '·');
        var name = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        var length = new StringInfo(name).LengthInTextElements;
        return length < MinLength ? (null, "Name_TooShort", length)
            : length > MaxLength || name.Length > 2 * MaxLength ? (null, "Name_TooLong", length)
            : !name.EnumerateRunes().All(IsAllowed) || !Rune.IsLetter(name.EnumerateRunes().First()) ? (null, "Name_Character", length)
            : (name, null, length);
    }

    private static bool IsAllowed(Rune rune) =>
        Rune.IsLetter(rune)
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark
        || rune.Value is '·' or ' ' or '-' or '\'' or '’' or '.';

    private static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(text[i]))
            {
                return false;
            }
        }

        return true;
    }
}
