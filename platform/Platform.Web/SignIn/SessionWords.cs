using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Backbone.Platform.Web.SignIn;

/// <summary>
/// What the issuer last said of the sessions of our pages' sign-ins, by the hash of what it was asked about. A session that has ended never lives
/// again, so that word is kept and nobody asks twice; that one lives is good for as long as the pages allow.
/// </summary>
internal sealed class SessionWords(TimeProvider clock)
{
    /// <summary>A person's work is told to the issuer at least this often, so that their session there does not idle while they work here.</summary>
    private static readonly TimeSpan ActivityStep = TimeSpan.FromMinutes(1);

    /// <summary>No cookie that could ask lives longer without being used.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(30);

    /// <summary>Fewer are not worth a look.</summary>
    private const int SweptBeyond = 1_000;

    /// <summary>All are looked at once in this time, however many questions come.</summary>
    private static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, Word> words = new(StringComparer.Ordinal);
    private long sweptAt;

    /// <param name="token">What the issuer is asked about.</param>
    /// <param name="holds">How long its word that a session lives is good; zero asks each time.</param>
    /// <param name="isActivity">Whether a person does something, and not their page by itself.</param>
    /// <param name="ask">Asks the issuer, and tells it whether it is activity.</param>
    public async Task<bool> LivesAsync(string token, TimeSpan holds, bool isActivity, Func<bool, Task<bool>> ask)
    {
        var key = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
        var now = clock.GetUtcNow();
        var known = words.GetValueOrDefault(key);
        if (known is { Lives: false })
        {
            return false;
        }

        if (known is not null && now - known.At < holds && (!isActivity || now - known.ActiveAt < ActivityStep))
        {
            return true;
        }

        var lives = await ask(isActivity);
        words[key] = new Word(lives, now, isActivity ? now : known?.ActiveAt ?? DateTimeOffset.MinValue);
        Sweep(now);
        return lives;
    }

    private void Sweep(DateTimeOffset now)
    {
        // Not its count first: that takes all the locks of the table.
        var last = Interlocked.Read(ref sweptAt);
        if (now.UtcTicks - last < SweepEvery.Ticks || Interlocked.CompareExchange(ref sweptAt, now.UtcTicks, last) != last || words.Count <= SweptBeyond)
        {
            return;
        }

        foreach (var (key, word) in words)
        {
            if (now - word.At > Kept)
            {
                words.TryRemove(new(key, word));
            }
        }
    }

    /// <param name="Lives">What was said.</param>
    /// <param name="At">When it was asked.</param>
    /// <param name="ActiveAt">When activity was last told.</param>
    private sealed record Word(bool Lives, DateTimeOffset At, DateTimeOffset ActiveAt);
}
