using Backbone.Identity.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Backbone.Identity.Tests.Storage;

/// <summary>Identity's database as somebody sees it who can write there and is not the host.</summary>
internal static class OutsideDatabase
{
    public static IdentityDb Open((string Connection, bool IsPostgres) address, params IInterceptor[] interceptors)
    {
        var services = DesignTimeOptions.Create();
        return address.IsPostgres
            ? new PostgresIdentityDb(new DbContextOptionsBuilder<PostgresIdentityDb>()
                .UseNpgsql(address.Connection).UseApplicationServiceProvider(services).AddInterceptors(interceptors).Options)
            : new SqliteIdentityDb(new DbContextOptionsBuilder<SqliteIdentityDb>()
                .UseSqlite(address.Connection).UseApplicationServiceProvider(services).AddInterceptors(interceptors).Options);
    }
}
