using Backbone.Platform.Web.Hosting;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Platform.Storage;

/// <summary>
/// A module's database opened for looking only (<see cref="IDoctorCheck"/>): a SQLite file is neither created nor switched to another mode, and
/// no lock is left.
/// </summary>
/// <param name="scopes">Where the context comes from.</param>
/// <param name="services">What the context's model needs.</param>
/// <param name="path">The embedded database's file.</param>
public abstract class ExaminedDatabase<TDb, TSqlite>(IServiceScopeFactory scopes, IServiceProvider services, string path)
    where TDb : DbContext
    where TSqlite : TDb
{
    /// <summary>The embedded database's file; null where the module uses a server.</summary>
    public string? File()
    {
        using var scope = scopes.CreateScope();
        return scope.ServiceProvider.GetRequiredService<TDb>() is TSqlite ? path : null;
    }

    /// <summary>Asks the database something; the caller handles what the engine throws.</summary>
    public async Task<T> AskAsync<T>(Func<TDb, Task<T>> question)
    {
        ArgumentNullException.ThrowIfNull(question);
        if (File() is not { } file)
        {
            await using var scope = scopes.CreateAsyncScope();
            return await question(scope.ServiceProvider.GetRequiredService<TDb>());
        }

        await using var db = Open(new DbContextOptionsBuilder<TSqlite>().UseSqlite(ReadOnly(file)).UseApplicationServiceProvider(services).Options);
        return await question(db);
    }

    /// <summary>SQLite's own examination of the embedded file; "ok", or what it found.</summary>
    public async Task<string> QuickCheckAsync(CancellationToken cancellation)
    {
        await using var connection = new SqliteConnection(ReadOnly(path));
        await connection.OpenAsync(cancellation);
        await using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA quick_check(1)";
        return (string?)await command.ExecuteScalarAsync(cancellation) ?? "no answer";
    }

    /// <summary>The context on the file.</summary>
    protected abstract TSqlite Open(DbContextOptions<TSqlite> options);

    /// <summary>Without a write-ahead log nobody has the file open, and "immutable" keeps SQLite from making one beside it.</summary>
    private static string ReadOnly(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var escaped = path.Replace("%", "%25", StringComparison.Ordinal).Replace("?", "%3f", StringComparison.Ordinal).Replace("#", "%23", StringComparison.Ordinal);
        return new SqliteConnectionStringBuilder
        {
            DataSource = System.IO.File.Exists($"{path}-wal") ? path : $"file:{escaped}?immutable=1",
            Mode = SqliteOpenMode.ReadOnly,
            Pooling = false,
        }.ToString();
    }
}
