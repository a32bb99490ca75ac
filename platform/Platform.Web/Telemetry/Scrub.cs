using System.Text.RegularExpressions;

namespace Backbone.Platform.Web.Telemetry;

/// <summary>
/// Takes out of a text what has the shape of a person or a secret: the second net, for messages of exceptions and libraries, where no
/// property name warns (<see cref="Redaction"/> is the first). A name or a short password has no shape: nobody may write one in a message.
/// </summary>
public static partial class Scrub
{
    public const string Withheld = "(withheld)";

    /// <summary>256-bit secrets take 43 characters of base64url, 128-bit ones 32 of hexadecimal.</summary>
    private const int TokenLength = 32;

    /// <param name="text">A message, or an exception with its stack.</param>
    /// <param name="tokens">False for a field that holds a trace id by design: long strings of hexadecimal stay.</param>
    public static string Text(string text, bool tokens = true)
    {
        if (text.Length < "1@b.cn".Length)
        {
            return text;
        }

        text = Query().Replace(text, "?" + Withheld);
        text = Assignment().Replace(text, "$1$2" + Withheld);
        text = Mail().Replace(text, Withheld);
        text = Number().Replace(text, Withheld);
        text = Padded().Replace(text, Withheld);
        return tokens ? Run().Replace(text, match => IsToken(text, match) ? Withheld : match.Value) : text;
    }

    private static bool IsToken(string text, Match match)
    {
        var run = match.Value;
        if (run.StartsWith("eyJ", StringComparison.Ordinal) && run.Contains('.', StringComparison.Ordinal))
        {
            return true; // a JWT, signed or not
        }

        // Parts between dots, so that a.type.name.of.many.words is none.
        return run.Split('.').Any(part => part.Length >= TokenLength && !Guid.TryParseExact(part, "D", out _) && !IsWords(part))
            && !IsStackFrame(text, match.Index);
    }

    /// <summary>Names of types and methods: no digit, and capitals only before small letters.</summary>
    private static bool IsWords(string part)
    {
        for (var i = 0; i < part.Length; i++)
        {
            if (char.IsAsciiDigit(part[i]) || (char.IsAsciiLetterUpper(part[i]) && (i + 1 == part.Length || !char.IsAsciiLetterLower(part[i + 1]))))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A line of a stack trace names code, and compilers give code long names with digits. All other rules hold there, too.</summary>
    private static bool IsStackFrame(string text, int index)
    {
        var line = index == 0 ? 0 : text.LastIndexOf('\n', index - 1) + 1;
        return text.AsSpan(line).StartsWith("   at ", StringComparison.Ordinal);
    }

    /// <summary>What follows the question mark of an address carries codes, tokens and login hints.</summary>
    [GeneratedRegex(@"\?[A-Za-z0-9_.%-]+=[^\s""'<>]*", RegexOptions.CultureInvariant)]
    private static partial Regex Query();

    /// <summary>As in forms and connection strings.</summary>
    [GeneratedRegex(@"\b((?:password|passwd|pwd|secret|client_secret|token|access_token|refresh_token|id_token)=)[^\s;&,""']+|\b(bearer |basic |dpop )[A-Za-z0-9+/=._~-]{20,}",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Assignment();

    [GeneratedRegex(@"(?<![^\s<>()\[\]""',;:=/?&])[^\s<>()\[\]""',;:=/?&@]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+", RegexOptions.CultureInvariant)]
    private static partial Regex Mail();

    /// <summary>A mainland mobile number in any usual form; a resident identity number (GB 11643: 17 digits and a check character).</summary>
    [GeneratedRegex(@"(?<![0-9A-Za-z])(?:(?:\+|00)?86[ -]?)?1[3-9][0-9][ -]?[0-9]{4}[ -]?[0-9]{4}(?![0-9A-Za-z])|(?<![0-9A-Za-z])[1-9][0-9]{5}(?:19|20)[0-9]{9}[0-9Xx](?![0-9A-Za-z])",
        RegexOptions.CultureInvariant)]
    private static partial Regex Number();

    /// <summary>Base64 that ends as only base64 ends: password hashes, sealed keys.</summary>
    [GeneratedRegex(@"(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{30,}={1,2}", RegexOptions.CultureInvariant)]
    private static partial Regex Padded();

    /// <summary>Runs of the characters tokens consist of; the dots of a JWT belong to them.</summary>
    [GeneratedRegex(@"(?<![A-Za-z0-9_.-])[A-Za-z0-9_.-]{32,}", RegexOptions.CultureInvariant)]
    private static partial Regex Run();
}
