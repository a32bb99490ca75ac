using System.Collections.Concurrent;

namespace Backbone.Credit.Statistics.Pages;

/// <summary>Figures of pages that are open to all, kept for a minute: whoever asks often asks no database. Two who ask at once may both read.</summary>
internal sealed class KeptFigures(TimeProvider clock)
{
    private static readonly TimeSpan Age = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<string, (DateTimeOffset At, object Value)> kept = new(StringComparer.Ordinal);

    /// <summary>What is not there yet is looked for at each call.</summary>
    public async Task<T?> GetAsync<T>(string name, Func<Task<T?>> read)
        where T : class
    {
        var now = clock.GetUtcNow();
        if (kept.TryGetValue(name, out var known) && now - known.At < Age && now >= known.At)
        {
            return (T)known.Value;
        }

        var value = await read();
        if (value is not null)
        {
            kept[name] = (now, value);
        }

        return value;
    }
}
