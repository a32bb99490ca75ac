using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Identity.Storage;

// Only `dotnet ef migrations add` uses these; neither address is ever opened. The model depends on Identity's store options, so they are
// set here as at run time (Accounts/IdentityAccounts.cs).

internal sealed class SqliteDesignTime : IDesignTimeDbContextFactory<SqliteIdentityDb>
{
    public SqliteIdentityDb CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<SqliteIdentityDb>()
            .UseSqlite("Data Source=:memory:").UseApplicationServiceProvider(DesignTimeOptions.Create()).Options);
}

internal sealed class PostgresDesignTime : IDesignTimeDbContextFactory<PostgresIdentityDb>
{
    public PostgresIdentityDb CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<PostgresIdentityDb>()
            .UseNpgsql("Host=localhost").UseApplicationServiceProvider(DesignTimeOptions.Create()).Options);
}

internal static class DesignTimeOptions
{
    public static ServiceProvider Create() => new ServiceCollection()
        .Configure<IdentityOptions>(identity =>
        {
            identity.Stores.SchemaVersion = IdentitySchemaVersions.Version3;
            identity.Stores.MaxLengthForKeys = 128;
        })
        .BuildServiceProvider();
}
