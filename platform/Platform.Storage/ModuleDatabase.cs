using Backbone.Platform.Web;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Backbone.Platform.Storage;

/// <summary>What a module says of its database.</summary>
/// <param name="Section">The module's settings, which hold <see cref="DatabaseOptions"/>.</param>
/// <param name="SqliteFile">The file's name parts below the data directory.</param>
/// <param name="Schema">PostgreSQL schema of the module's own, so that modules can share one database; null for <c>public</c>.</param>
/// <param name="SqlitePragmas">Said on every connection to the file, after those of all modules: <c>PRAGMA a=b;</c>.</param>
public sealed record ModuleDatabaseNames(string Section, string[] SqliteFile, string? Schema = null, string SqlitePragmas = "");

/// <summary>Each module owns its database: a file, or a schema of PostgreSQL. Nobody else opens it.</summary>
public static class ModuleDatabase
{
    /// <summary>
    /// Registers the module's context (pooled, scoped) on the engine its settings name, and its migrations at start. Call it first: what is
    /// registered later finds the schema in place when its own <c>StartingAsync</c> runs.
    /// </summary>
    /// <typeparam name="TDb">What the module asks for.</typeparam>
    /// <typeparam name="TSqlite">Its subclass with the migrations of SQLite.</typeparam>
    /// <typeparam name="TPostgres">Its subclass with the migrations of PostgreSQL.</typeparam>
    /// <exception cref="OptionsValidationException">The settings are wrong; every failure is listed.</exception>
    public static void AddModuleDatabase<TDb, TSqlite, TPostgres>(
        this ModuleContext context, ModuleDatabaseNames names, Func<IServiceProvider, IInterceptor[]>? interceptors = null)
        where TDb : DbContext
        where TSqlite : TDb
        where TPostgres : TDb
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(names);
        var options = new DatabaseOptions(names.Section);
        context.Configuration.GetSection(names.Section).Bind(options);
        if (options.Failures().ToArray() is { Length: > 0 } failures)
        {
            throw new OptionsValidationException(names.Section, typeof(DatabaseOptions), failures);
        }

        if (options.Database == DatabaseOptions.Postgres)
        {
            context.Services.AddDbContextPool<TDb, TPostgres>((services, builder) => builder
                .UseNpgsql(options.ConnectionString, npgsql =>
                {
                    if (names.Schema is { } schema)
                    {
                        npgsql.MigrationsHistoryTable("__EFMigrationsHistory", schema);
                    }
                })
                .AddInterceptors(interceptors?.Invoke(services) ?? []));
        }
        else
        {
            var connection = SqliteConnectionString(context.Platform.PathOf(names.SqliteFile));
            var durability = new SqliteDurability(names.SqlitePragmas);
            context.Services.AddDbContextPool<TDb, TSqlite>((services, builder) => builder
                .UseSqlite(connection)
                .AddInterceptors([durability, .. interceptors?.Invoke(services) ?? []]));
        }

        var folder = Path.GetDirectoryName(context.Platform.PathOf(names.SqliteFile))!;
        context.Services.AddSingleton<Microsoft.Extensions.Hosting.IHostedService>(provider =>
            ActivatorUtilities.CreateInstance<ApplyMigrations<TDb>>(provider, folder, names.Section));
    }

    public static string SqliteConnectionString(string path) => new SqliteConnectionStringBuilder
    {
        DataSource = path,
        Mode = SqliteOpenMode.ReadWriteCreate,
        ForeignKeys = true,
        DefaultTimeout = 30,
    }.ToString();
}
