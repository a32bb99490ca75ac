namespace Backbone.Platform.Web.Components;

/// <summary>Personal data as pages may show it without a purpose (ui.md 2.3). Whole values need a button and an audit event.</summary>
public static class Masked
{
    /// <summary>138****5678. Anything too short to hide four digits is hidden whole.</summary>
    public static string Phone(string? number) => number switch
    {
        null or "" => "",
        { Length: >= 11 } => $"{number[..^8]}****{number[^4..]}",
        _ => "****",
    };

    /// <summary>a***@host.</summary>
    public static string Mail(string? address)
    {
        if (string.IsNullOrEmpty(address))
        {
            return "";
        }

        var at = address.LastIndexOf('@');
        return at < 1 ? "***" : $"{First(address)}***{address[at..]}";
    }

    /// <summary>张**: the first character, then a star for each further one, at most two.</summary>
    public static string Name(string? name)
    {
        if (string.IsNullOrEmpty(name))
        {
            return "";
        }

        var first = First(name);
        return first.Length == name.Length ? "*" : first + new string('*', Math.Min(2, name.Length - first.Length));
    }

    /// <summary>3****************4.</summary>
    public static string IdentityNumber(string? number) => number switch
    {
        null or "" => "",
        { Length: >= 6 } => $"{number[0]}{new string('*', number.Length - 2)}{number[^1]}",
        _ => "****",
    };

    /// <summary>Some family names lie outside the basic plane: two UTF-16 units, one character.</summary>
    private static string First(string text) => text.Length > 1 && char.IsSurrogatePair(text, 0) ? text[..2] : text[..1];
}
