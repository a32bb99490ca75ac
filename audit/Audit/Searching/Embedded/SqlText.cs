using System.Globalization;

namespace Backbone.Audit.Searching.Embedded;

/// <summary>
/// The one place where a name or a value becomes part of a statement. Literals, not parameters: the engine looks at a file's statistics and
/// Bloom filters only when it knows the value as it plans.
/// </summary>
internal static class SqlText
{
    public static string Name(string column) => "\"" + column.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";

    public static string Of(string value) => "'" + Storable(value).Replace("'", "''", StringComparison.Ordinal) + "'";

    /// <summary>A zero byte ends a text wherever it passes through C; it stands as U+FFFD in columns and in conditions on them.</summary>
    public static string Storable(string value) => value.Replace('\0', '\ufffd');

    /// <summary>Written as text: the parser takes the least number for the negative of one that does not fit.</summary>
    public static string Of(long value) => string.Create(CultureInfo.InvariantCulture, $"'{value}'::BIGINT");

    public static string Of(double value) => string.Create(CultureInfo.InvariantCulture, $"'{value:R}'::DOUBLE");

    public static string Of(bool value) => value ? "true" : "false";
}
