using DuckDB.NET.Data;

namespace Backbone.Audit.Searching.Embedded;

/// <summary>A statement of the index's own, or rows for a table, that the engine did not take; its reason is the message. Says nothing of files.</summary>
internal sealed class EngineRefusedException(string reason) : Exception(reason);

/// <summary>What a failure of the engine means. It says so at the beginning of its words: its own number for it does not come through every call.</summary>
internal static class EngineFailure
{
    private const string Memory = "Out of Memory Error";

    /// <summary>
    /// Those that no content of a file causes: the statement, the settings, the moment or the machine does. To read all files anew because of
    /// one would take from the machine what it was short of, and find nothing.
    /// </summary>
    private static readonly string[] Innocent =
    [
        Memory, "INTERRUPT Error", "Parser Error", "Syntax Error", "Catalog Error", "Permission Error", "Settings Error", "Invalid Configuration Error",
        "TransactionContext Error", "Constraint Error", "Connection Error", "Dependency Error", "Missing Extension Error", "Extension Autoloading Error",
    ];

    /// <summary>What the system says when it is full, at the end of an "IO Error".</summary>
    private static readonly string[] Full = ["No space left on device", "Too many open files", "Disk quota exceeded", "Cannot allocate memory"];

    /// <summary>After these words the engine answers nothing more until it is opened anew.</summary>
    private static readonly string[] Last = ["FATAL Error", "INTERNAL Error", "database has been invalidated"];

    /// <summary>The engine itself is broken, and everything in its memory is lost.</summary>
    public static bool IsEnd(string words) => Last.Any(one => words.Contains(one, StringComparison.Ordinal));

    /// <summary>A table is not there that the view names: its engine is gone.</summary>
    public static bool IsLoss(string words) => words.StartsWith("Catalog Error", StringComparison.Ordinal);

    /// <summary>A file that is not what it was would explain it.</summary>
    public static bool MayBeDamage(DuckDBException failure) => MayBeDamage(failure.Message);

    /// <summary>Memory and its overflow on disk were not enough.</summary>
    public static bool IsWantOfMemory(DuckDBException failure) => failure.Message.StartsWith(Memory, StringComparison.Ordinal);

    internal static bool MayBeDamage(string words) => !Innocent.Any(one => words.StartsWith(one, StringComparison.Ordinal))
        && !Full.Any(one => words.Contains(one, StringComparison.OrdinalIgnoreCase));
}
