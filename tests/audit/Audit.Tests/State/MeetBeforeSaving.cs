using Backbone.Audit.State;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Audit.Tests.State;

/// <summary>Two requests that both have read what they change, and only then write it.</summary>
internal sealed class MeetBeforeSaving : SaveChangesInterceptor
{
    private readonly TaskCompletionSource met = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int missing;

    /// <summary>The next two changes with an event wait for one another.</summary>
    public void Arm() => Volatile.Write(ref missing, 2);

    public void On(IServiceCollection services)
    {
        services.ConfigureDbContext<SqliteAuditDb>(options => options.AddInterceptors(this));
        services.ConfigureDbContext<PostgresAuditDb>(options => options.AddInterceptors(this));
    }

    public override async ValueTask<InterceptionResult<int>> SavingChangesAsync(
        DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        if (Volatile.Read(ref missing) > 0 && eventData.Context!.ChangeTracker.Entries<OutboxEntry>().Any())
        {
            if (Interlocked.Decrement(ref missing) == 0)
            {
                met.SetResult();
            }

            await met.Task.WaitAsync(TimeSpan.FromSeconds(30), cancellationToken);
        }

        return result;
    }
}
