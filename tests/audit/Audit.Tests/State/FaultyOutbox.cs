using System.Data.Common;
using Backbone.Audit.State;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Audit.Tests.State;

/// <summary>A database that refuses statements on the outbox which begin with a given word, until it is told not to; and counts the rows it brings.</summary>
internal sealed class FaultyOutbox : DbCommandInterceptor
{
    private readonly TaskCompletionSource carried = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile string? refused;

    /// <summary>SELECT or DELETE; null for none.</summary>
    public string? Refused
    {
        get => refused;
        set => refused = value;
    }

    /// <summary>The most times that one question to the outbox was asked for a next row: one more than it brought.</summary>
    public int MostReads { get; private set; }

    /// <summary>An entry has been forgotten.</summary>
    public Task CarriedAsync() => carried.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

    public void On(IServiceCollection services)
    {
        services.ConfigureDbContext<SqliteAuditDb>(options => options.AddInterceptors(this));
        services.ConfigureDbContext<PostgresAuditDb>(options => options.AddInterceptors(this));
    }

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        Refuse(command);
        return ValueTask.FromResult(result);
    }

    public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        Refuse(command);
        return ValueTask.FromResult(result);
    }

    public override ValueTask<int> NonQueryExecutedAsync(
        DbCommand command, CommandExecutedEventData eventData, int result, CancellationToken cancellationToken = default)
    {
        if (Is(command, "DELETE"))
        {
            carried.TrySetResult();
        }

        return ValueTask.FromResult(result);
    }

    public override ValueTask<InterceptionResult> DataReaderClosingAsync(
        DbCommand command, DataReaderClosingEventData eventData, InterceptionResult result)
    {
        MostReads = Is(command, "SELECT") ? Math.Max(MostReads, eventData.ReadCount) : MostReads;
        return ValueTask.FromResult(result);
    }

    private static bool Is(DbCommand command, string word) =>
        command.CommandText.StartsWith(word, StringComparison.Ordinal) && command.CommandText.Contains("\"Outbox\"", StringComparison.Ordinal);

    private void Refuse(DbCommand command)
    {
        if (refused is { } word && Is(command, word))
        {
            throw new SqliteException("disk I/O error", 10);
        }
    }
}
