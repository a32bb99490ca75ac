namespace Backbone.Platform.Entities;

/// <summary>
/// What the writer of a code may have meant: letters that the alphabet leaves out because they look like digits, read as these digits. It is
/// offered, never applied: only the owner knows.
/// </summary>
public static class EntityCodeSuggestion
{
    /// <summary>The code with O as 0, I as 1, Z as 2 and S as 5; null unless that passes every check.</summary>
    public static EntityCode? For(ReadOnlySpan<char> text)
    {
        Span<char> code = stackalloc char[EntityCodeText.Longest];
        var length = EntityCodeText.Normalise(text, code);
        if (length != EntityCode.Length)
        {
            return null;
        }

        code = code[..length];
        var changed = false;
        foreach (ref var character in code)
        {
            var meant = character switch { 'O' => '0', 'I' => '1', 'Z' => '2', 'S' => '5', _ => character };
            changed |= meant != character;
            character = meant;
        }

        if (!changed)
        {
            return null;
        }

        var reading = EntityCodeRules.Read(code, length);
        return reading.Fault == EntityCodeFault.None ? reading.Code : null;
    }
}
