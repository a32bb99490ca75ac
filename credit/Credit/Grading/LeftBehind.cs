using Backbone.Credit.Storage;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Credit.Grading;

/// <summary>Organisations of a shard whose grade could not be brought up to date; all others of it are.</summary>
internal sealed class GradesLeftException(string message, Exception first) : Exception(message, first);

/// <summary>
/// Does work for some hundred organisations at once, and where that fails for each by itself: one whose grade cannot be made or kept must never keep another
/// from its own. What is left behind is told when all is done, and tried again with the next round.
/// </summary>
/// <param name="db">What the work writes to; what it had begun is dropped.</param>
internal sealed class LeftBehind(CreditDb db)
{
    /// <summary>Beyond so many it is not they, but something else that is wrong.</summary>
    private const int Most = 1_000;

    private const int Named = 5;

    private readonly List<string> entities = [];
    private Exception? first;

    /// <param name="some">What is done in one transaction.</param>
    /// <param name="work">Does some of it; whole or not at all.</param>
    /// <param name="entityOf">Whose one is.</param>
    /// <param name="cancellation">Passes.</param>
    /// <returns>The sum of what the work answers.</returns>
    public async Task<long> DoAsync<T>(IReadOnlyList<T> some, Func<IReadOnlyList<T>, Task<int>> work, Func<T, string> entityOf, CancellationToken cancellation)
    {
        try
        {
            return await work(some);
        }
        catch (Exception) when (!cancellation.IsCancellationRequested)
        {
            db.ChangeTracker.Clear();
        }

        var sum = 0L;
        foreach (var one in some)
        {
            try
            {
                sum += await work([one]);
            }
            catch (Exception failure) when (!cancellation.IsCancellationRequested && entities.Count < Most)
            {
                db.ChangeTracker.Clear();
                if (!await db.Database.CanConnectAsync(cancellation))
                {
                    throw;
                }

                first ??= failure;
                entities.Add(entityOf(one));
            }
        }

        return sum;
    }

    /// <exception cref="GradesLeftException">Some were left behind.</exception>
    public void ThrowIfAny(Shard shard)
    {
        if (first is not null)
        {
            var named = string.Join(", ", entities.Take(Named)) + (entities.Count > Named ? ", …" : "");
            throw new GradesLeftException($"shard {shard.Name}: the grade of {entities.Count} organisations stays that of before, of all others it is brought up to date: {named}: {first.Message}", first);
        }
    }
}
