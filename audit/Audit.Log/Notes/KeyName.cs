using System.Text;

namespace Backbone.Audit.Log.Notes;

/// <summary>signed-note, "Format": not empty, no Unicode space, no plus; and nothing that is no character, since notes are UTF-8.</summary>
public static class KeyName
{
    public static bool IsValid(string name)
    {
        if (name.Length == 0)
        {
            return false;
        }

        foreach (var rune in name.EnumerateRunes())
        {
            // An unpaired surrogate is read as U+FFFD, which no name needs.
            if (Rune.IsWhiteSpace(rune) || Rune.IsControl(rune) || rune.Value is '+' or 0xFFFD)
            {
                return false;
            }
        }

        return true;
    }
}
