namespace Backbone.Platform.Storage;

/// <summary>Where a module keeps its state; the same two settings in each module's section.</summary>
/// <param name="section">The module's section: <c>Backbone:Identity</c>.</param>
public sealed class DatabaseOptions(string section)
{
    public const string Sqlite = "sqlite";

    public const string Postgres = "postgres";

    /// <summary>Engine: <c>sqlite</c> (a file in the data directory) or <c>postgres</c>. Default <c>sqlite</c>.</summary>
    public string Database { get; set; } = Sqlite;

    /// <summary>Npgsql connection string; required with <c>postgres</c>, refused with <c>sqlite</c>. Default none.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>Every failure, each with name, bound and value. The connection string itself is never shown: it holds a password.</summary>
    public IEnumerable<string> Failures()
    {
        if (Database is not (Sqlite or Postgres))
        {
            yield return $"{section}:{nameof(Database)} must be '{Sqlite}' or '{Postgres}', but is '{Database}'.";
        }

        if (Database == Postgres && string.IsNullOrWhiteSpace(ConnectionString))
        {
            yield return $"{section}:{nameof(ConnectionString)} must be set when {nameof(Database)} is '{Postgres}', but is empty.";
        }

        if (Database == Sqlite && !string.IsNullOrWhiteSpace(ConnectionString))
        {
            yield return $"{section}:{nameof(ConnectionString)} must be empty when {nameof(Database)} is '{Sqlite}', but is set.";
        }
    }
}
