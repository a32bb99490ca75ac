namespace Backbone.Credit.Facts.Daily;

/// <summary>
/// Which files of one folder this host has tried in vain. They come behind all others, those that failed most last, and from the second on they rest, if it
/// took long: a large file that fails late each time would use up the folder's turn, and no other would ever be begun. One that fails at once costs nobody anything. What a host remembers is gone with it, and each
/// learns by itself. Not safe for many at once.
/// </summary>
internal sealed class Setbacks(TimeProvider clock)
{
    /// <summary>A failure that took less is followed by no rest.</summary>
    public static readonly TimeSpan Quick = TimeSpan.FromSeconds(5);

    /// <summary>After the second failure; doubled with each further one. The first is followed by none: it may have been the database's.</summary>
    public static readonly TimeSpan FirstRest = TimeSpan.FromMinutes(1);

    /// <summary>However often it has failed: what was repaired is not waited for long.</summary>
    public static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(16);

    private Dictionary<(string Name, bool IsTaken), Setback> files = [];

    /// <summary>Why one of those that rest failed last; null when none rests.</summary>
    public string? Fault
    {
        get
        {
            var now = clock.GetUtcNow();
            return files.Values.FirstOrDefault(file => file.RestsUntil > now)?.Fault;
        }
    }

    /// <summary>Those that are ready and do not rest, in the order in which they are to be tried; what is gone from the folder is forgotten.</summary>
    /// <param name="waiting">All that a look saw.</param>
    public IEnumerable<WaitingFile> InTurn(IReadOnlyList<WaitingFile> waiting)
    {
        var now = clock.GetUtcNow();
        files = waiting.Where(file => files.ContainsKey(KeyOf(file))).ToDictionary(KeyOf, file => files[KeyOf(file)]);
        return waiting.Where(file => file.IsReady && !(Of(file)?.RestsUntil > now)).OrderBy(file => Of(file)?.Times ?? 0);
    }

    /// <summary>It was tried, and is not done with, by no fault of its own.</summary>
    public void Stays(WaitingFile file) => files[KeyOf(file)] = new(Math.Max(Of(file)?.Times ?? 0, 1), default, null);

    /// <param name="took">From its beginning to its failure.</param>
    public void Failed(WaitingFile file, string fault, TimeSpan took)
    {
        var times = Math.Min((Of(file)?.Times ?? 0) + 1, 30);
        var rest = times == 1 || took < Quick ? TimeSpan.Zero : FirstRest * Math.Pow(2, times - 2);
        files[KeyOf(file)] = new(times, clock.GetUtcNow() + (rest < LongestRest ? rest : LongestRest), fault);
    }

    private Setback? Of(WaitingFile file) => files.GetValueOrDefault(KeyOf(file));

    private static (string Name, bool IsTaken) KeyOf(WaitingFile file) => (file.Name, file.IsTaken);

    private sealed record Setback(int Times, DateTimeOffset RestsUntil, string? Fault);
}
