using System.Data.Common;
using System.Text.RegularExpressions;
using Backbone.Credit.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Credit.Tests.Telling;

/// <summary>Counts how often one flow reads facts, and lets others run right after each of its commits. Other flows pass.</summary>
internal sealed partial class WatchedNotices : DbCommandInterceptor, IDbTransactionInterceptor
{
    private readonly AsyncLocal<Flow?> flow = new();

    public void On(IServiceCollection services)
    {
        services.ConfigureDbContext<SqliteCreditDb>(options => options.AddInterceptors(this));
        services.ConfigureDbContext<PostgresCreditDb>(options => options.AddInterceptors(this));
    }

    /// <returns>The result, how often facts were read, and how often something was committed.</returns>
    public async Task<(T Result, int Reads, int Commits)> RunAsync<T>(Func<Task<T>> watched, Func<Task>? between = null)
    {
        var own = new Flow(between);
        flow.Value = own;
        return (await watched(), own.Reads, own.Commits);
    }

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        if (flow.Value is { } own && OfFacts().IsMatch(command.CommandText))
        {
            own.Reads++;
        }

        return ValueTask.FromResult(result);
    }

    public async Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        if (flow.Value is not { } own)
        {
            return;
        }

        own.Commits++;
        if (own.Between is { } between)
        {
            flow.Value = null; // what runs in between is not watched; the caller's flow keeps its value
            await between();
        }
    }

    [GeneratedRegex("FROM (credit\\.)?\"?facts\"? ")]
    private static partial Regex OfFacts();

    private sealed class Flow(Func<Task>? between)
    {
        public Func<Task>? Between { get; } = between;

        public int Reads { get; set; }

        public int Commits { get; set; }
    }
}
