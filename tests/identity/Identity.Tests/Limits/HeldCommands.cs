using System.Data.Common;
using Backbone.Identity.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Identity.Tests.Limits;

/// <summary>
/// Holds one flow right before a database command of its choice and lets others run meanwhile: what chance does once in a thousand runs,
/// at will. Commands of other flows pass.
/// </summary>
internal sealed class HeldCommands : DbCommandInterceptor
{
    private readonly AsyncLocal<Flow?> flow = new();

    public static void Add(IServiceCollection services, HeldCommands held)
    {
        services.ConfigureDbContext<SqliteIdentityDb>(builder => builder.AddInterceptors(held));
        services.ConfigureDbContext<PostgresIdentityDb>(builder => builder.AddInterceptors(held));
    }

    /// <summary>Runs <paramref name="held"/>; right before its n-th command (from 0) what stands under n in <paramref name="between"/> runs to its end.</summary>
    /// <returns>The result, and how many commands it took.</returns>
    public async Task<(T Result, int Commands)> RunAsync<T>(Func<Task<T>> held, IReadOnlyDictionary<int, Func<Task>> between)
    {
        var own = new Flow(between);
        flow.Value = own;
        return (await held(), own.Commands);
    }

    public override async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        await HoldAsync();
        return result;
    }

    public override async ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        await HoldAsync();
        return result;
    }

    private async Task HoldAsync()
    {
        if (flow.Value is not { } own)
        {
            return;
        }

        var command = own.Commands++;
        if (own.Between.TryGetValue(command, out var others))
        {
            flow.Value = null; // what runs in between is not held; the caller's flow keeps its value
            await others();
        }
    }

    private sealed class Flow(IReadOnlyDictionary<int, Func<Task>> between)
    {
        public IReadOnlyDictionary<int, Func<Task>> Between { get; } = between;

        public int Commands { get; set; }
    }
}
