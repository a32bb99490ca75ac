using Backbone.Credit.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Backbone.Credit.Cases;

/// <summary>
/// Tells once of each case that its legal time is about to end, that it is over, and those above: in its history, as events, and to the operator; and
/// likewise of statements about a notice that nobody replied to. Officials answer for objections that nobody handled (Shandong ordinance art. 41, 59), so
/// that it is on record the day after, whoever looks. Any number of hosts: what one told, another finds told.
/// </summary>
internal sealed partial class WatchDeadlines(IServiceScopeFactory scopes, TimeProvider clock, ILogger<CreditModule> logger) : BackgroundService
{
    /// <summary>So many in one transaction.</summary>
    public const int AtOnce = 200;

    private static readonly TimeSpan First = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Between = TimeSpan.FromMinutes(15);

    /// <returns>Of how many cases and notices something was told now.</returns>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        var cases = await AllAsync(scope => scope.GetRequiredService<TellDeadlines>().RunAsync(clock, cancellation), cancellation);
        var replies = await AllAsync(scope => scope.GetRequiredService<PriorNotices.TellReplies>().RunAsync(clock, cancellation), cancellation);
        if (cases.Overdue + replies.Overdue > 0)
        {
            Overdue(logger, cases.Overdue, replies.Overdue);
        }

        return cases.All + replies.All;
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

    private async Task<Told> AllAsync(Func<IServiceProvider, Task<Told>> some, CancellationToken cancellation)
    {
        for (var all = default(Told); ;)
        {
            cancellation.ThrowIfCancellationRequested();
            await using var scope = scopes.CreateAsyncScope();
            try
            {
                var told = await some(scope.ServiceProvider);
                if (told.All == 0)
                {
                    return all;
                }

                all += told;
            }
            catch (DbUpdateConcurrencyException)
            {
                // Somebody took a step meanwhile, or another host told the same: the next round looks again.
                return all;
            }
        }
    }

    [LoggerMessage(2400, LogLevel.Warning, "{Cases} objections or repairs and {Replies} replies to notices are past their time and open")]
    private static partial void Overdue(ILogger logger, int cases, int replies);

    [LoggerMessage(2401, LogLevel.Error, "Looking for cases past their legal time failed: {Reason}")]
    private static partial void Failed(ILogger logger, string reason, Exception failure);
}

/// <summary>What one transaction told.</summary>
/// <param name="All">Of how many.</param>
/// <param name="Overdue">Of how many of them that they are over.</param>
internal readonly record struct Told(int All, int Overdue)
{
    public static Told operator +(Told one, Told other) => new(one.All + other.All, one.Overdue + other.Overdue);
}
