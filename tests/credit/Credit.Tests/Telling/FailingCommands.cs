using System.Data.Common;
using Backbone.Credit.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Credit.Tests.Telling;

/// <summary>A database that fails at the commands a test chooses, before they are carried out.</summary>
internal sealed class FailingCommands : DbCommandInterceptor
{
    private readonly Lock gate = new();
    private Func<DbCommand, bool>? fails;

    /// <summary>How many have failed.</summary>
    public int Failed { get; private set; }

    /// <param name="next">Asked of each command, one at a time: whether it fails.</param>
    public void Arm(Func<DbCommand, bool> next) => Volatile.Write(ref fails, next);

    public void On(IServiceCollection services)
    {
        services.ConfigureDbContext<SqliteCreditDb>(builder => builder.AddInterceptors(this));
        services.ConfigureDbContext<PostgresCreditDb>(builder => builder.AddInterceptors(this));
    }

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        Look(command);
        return new(result);
    }

    public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        Look(command);
        return new(result);
    }

    private void Look(DbCommand command)
    {
        if (Volatile.Read(ref fails) is not { } next)
        {
            return;
        }

        lock (gate)
        {
            if (next(command))
            {
                Failed++;
                throw new TimeoutException("The database is away.");
            }
        }
    }
}
