using Backbone.Identity.Storage;
using Backbone.Platform.Web;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Identity.Doctor;

/// <summary>The database opened for looking only: a SQLite file is neither created nor switched to another mode, and no lock is left.</summary>
internal sealed class ExaminedDatabase(IServiceScopeFactory scopes, IServiceProvider services, BackboneOptions platform)
{
    /// <summary>The embedded database's file; null where identity uses a server.</summary>
    public string? File()
    {
        using var scope = scopes.CreateScope();
        return scope.ServiceProvider.GetRequiredService<IdentityDb>() is SqliteIdentityDb ? platform.PathOf("identity.db") : null;
    }

    /// <summary>Asks the database something; the caller handles what the engine throws.</summary>
    public async Task<T> AskAsync<T>(Func<IdentityDb, Task<T>> question)
    {
        if (File() is not { } path)
        {
            await using var scope = scopes.CreateAsyncScope();
            return await question(scope.ServiceProvider.GetRequiredService<IdentityDb>());
        }

        await using var db = new SqliteIdentityDb(new DbContextOptionsBuilder<SqliteIdentityDb>()
            .UseSqlite(ReadOnly(path)).UseApplicationServiceProvider(services).Options);
        return await question(db);
    }

    /// <summary>SQLite's own examination; "ok", or what it found.</summary>
    public static async Task<string> QuickCheckAsync(string path, CancellationToken cancellation)
    {
        await using var connection = new SqliteConnection(ReadOnly(path));
        await connection.OpenAsync(cancellation);
        await using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA quick_check(1)";
        return (string?)await command.ExecuteScalarAsync(cancellation) ?? "no answer";
    }

    /// <summary>Without a write-ahead log nobody has the file open, and "immutable" keeps SQLite from making one beside it.</summary>
    private static string ReadOnly(string path)
    {
        var escaped = path.Replace("%", "%25", StringComparison.Ordinal).Replace("?", "%3f", StringComparison.Ordinal).Replace("#", "%23", StringComparison.Ordinal);
        return new SqliteConnectionStringBuilder
        {
            DataSource = System.IO.File.Exists($"{path}-wal") ? path : $"file:{escaped}?immutable=1",
            Mode = SqliteOpenMode.ReadOnly,
            Pooling = false,
        }.ToString();
    }
}
