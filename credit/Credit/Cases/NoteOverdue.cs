using Backbone.Audit.Outbox;
using Backbone.Credit.Events;
using Backbone.Credit.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Backbone.Credit.Cases;

/// <summary>
/// Notes once of each case that its legal time is over: in its history, where the organisation reads it too, as an event, and to the operator. Officials
/// answer for objections that nobody handled (Shandong ordinance art. 59), so that it is on record the day after, whoever looks.
/// </summary>
internal sealed partial class NoteOverdue(IServiceScopeFactory scopes, TimeProvider clock, ILogger<CreditModule> logger) : BackgroundService
{
    private const int AtOnce = 200;

    private static readonly TimeSpan First = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Between = TimeSpan.FromMinutes(15);

    /// <returns>How many were noted now.</returns>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        var noted = 0;
        for (var some = AtOnce; some == AtOnce && !cancellation.IsCancellationRequested; noted += some)
        {
            await using var scope = scopes.CreateAsyncScope();
            some = await NoteAsync(scope.ServiceProvider.GetRequiredService<CreditDb>(), cancellation);
        }

        if (noted > 0)
        {
            Overdue(logger, noted);
        }

        return noted;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var wait = First; ; wait = Between)
        {
            await Task.Delay(wait, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stoppingToken.IsCancellationRequested)
            {
                return;
            }

            try
            {
                await RunAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // A database that is away: it is told, and tried again.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                Failed(logger, failure.Message, failure);
            }
        }
    }

    private async Task<int> NoteAsync(CreditDb db, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var today = ChinaDay.Of(now);
        var rows = await db.Cases.ForAllOrganisations("overdue cases")
            .Where(row => row.State < CaseState.Granted && row.DueOn < today && row.OverdueAt == null).OrderBy(row => row.DueOn).Take(AtOnce).ToListAsync(cancellation);
        foreach (var row in rows)
        {
            row.OverdueAt = now;
            db.CaseSteps.Add(new CaseStep { Entity = row.Entity, Id = Guid.CreateVersion7(now), Case = row.Id, Act = CaseKinds.Overdue.Action, At = now });
            db.Record(CaseEvents.Of(CaseKinds.Overdue, CaseActor.Program, row, clock));
        }

        try
        {
            await db.SaveChangesAsync(cancellation);
            return rows.Count;
        }
        catch (DbUpdateConcurrencyException)
        {
            // Somebody took a step meanwhile, or another host noted the same: the next round looks again.
            return 0;
        }
    }

    [LoggerMessage(2400, LogLevel.Warning, "{Count} objections or repairs are past their legal time and open")]
    private static partial void Overdue(ILogger logger, int count);

    [LoggerMessage(2401, LogLevel.Error, "Looking for cases past their legal time failed: {Reason}")]
    private static partial void Failed(ILogger logger, string reason, Exception failure);
}
