using Backbone.Platform.Web;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Backbone.Identity.Storage;

internal static class IdentityStorage
{
    /// <summary>
    /// Registers <see cref="IdentityDb"/> (pooled, scoped), its migrations at start and the outbox relay. Call it first: what is registered
    /// later finds the schema in place when its own <c>StartingAsync</c> runs.
    /// </summary>
    public static void AddIdentityStorage(this ModuleContext context)
    {
        var options = new IdentityStorageOptions();
        context.Configuration.GetSection(IdentityStorageOptions.Section).Bind(options);
        if (options.Failures().ToArray() is { Length: > 0 } failures)
        {
            throw new OptionsValidationException(IdentityStorageOptions.Section, typeof(IdentityStorageOptions), failures);
        }

        context.Services.AddSingleton<OutboxSignal>();
        if (options.Database == IdentityStorageOptions.Postgres)
        {
            context.Services.AddDbContextPool<IdentityDb, PostgresIdentityDb>((services, builder) => builder
                .UseNpgsql(options.ConnectionString)
                .AddInterceptors(new OutboxWake(services.GetRequiredService<OutboxSignal>())));
        }
        else
        {
            var connection = SqliteConnectionString(context.Platform.PathOf("identity.db"));
            context.Services.AddDbContextPool<IdentityDb, SqliteIdentityDb>((services, builder) => builder
                .UseSqlite(connection)
                .AddInterceptors(SqliteDurability.Instance, new OutboxWake(services.GetRequiredService<OutboxSignal>())));
        }

        context.Services.AddHostedService<ApplyMigrations>();
        context.Services.AddHostedService<OutboxRelay>();
    }

    public static string SqliteConnectionString(string path) => new SqliteConnectionStringBuilder
    {
        DataSource = path,
        Mode = SqliteOpenMode.ReadWriteCreate,
        ForeignKeys = true,
        DefaultTimeout = 30,
    }.ToString();
}
