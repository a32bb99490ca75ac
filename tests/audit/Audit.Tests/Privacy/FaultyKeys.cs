using System.Data.Common;
using Backbone.Audit.State;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Audit.Tests.Privacy;

/// <summary>A database that destroys no key until it is told to.</summary>
internal sealed class FaultyKeys : DbCommandInterceptor
{
    public bool Refuses { get; set; }

    public void On(IServiceCollection services)
    {
        services.ConfigureDbContext<SqliteAuditDb>(options => options.AddInterceptors(this));
        services.ConfigureDbContext<PostgresAuditDb>(options => options.AddInterceptors(this));
    }

    public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default) =>
        Refuses && command.CommandText.StartsWith("UPDATE", StringComparison.Ordinal) && command.CommandText.Contains("\"SubjectKeys\"", StringComparison.Ordinal)
            ? throw new SqliteException("disk I/O error", 10)
            : ValueTask.FromResult(result);
}
