namespace Backbone.Identity.Tests.Limits;

internal enum LimitAct
{
    /// <summary>One more try, one more message.</summary>
    Take,

    /// <summary>The person proved who they are.</summary>
    Forget,
}

/// <summary>What a limit is, in its simplest form: so many, one after the other.</summary>
internal sealed class LimitModel(int bound, int taken)
{
    private int count = taken;

    public bool Take() => count < bound && ++count > 0;

    public void Forget() => count = 0;
}

/// <param name="Held">Whether the held take was allowed.</param>
/// <param name="Others">Whether each take that ran meanwhile was allowed.</param>
/// <param name="Left">How many more were allowed afterwards.</param>
internal sealed record Observed(bool Held, IReadOnlyList<bool> Others, int Left)
{
    public override string ToString() => $"held {Held}, others [{string.Join(", ", Others)}], then {Left} more";
}

/// <summary>
/// Acts that overlap must come out as if they had come one after the other, in some order. Then nobody is locked out falsely, and nobody
/// gets one try more.
/// </summary>
internal static class Interleavings
{
    /// <summary>Every outcome of the held take standing somewhere among the others, which keep their order.</summary>
    public static IEnumerable<Observed> Allowed(int bound, int taken, IReadOnlyList<LimitAct> others)
    {
        for (var place = 0; place <= others.Count; place++)
        {
            var model = new LimitModel(bound, taken);
            var (held, allowed, left) = (false, new List<bool>(), 0);
            for (var i = 0; i <= others.Count; i++)
            {
                if (i == place)
                {
                    held = model.Take();
                }

                if (i < others.Count && others[i] == LimitAct.Take)
                {
                    allowed.Add(model.Take());
                }
                else if (i < others.Count)
                {
                    model.Forget();
                }
            }

            while (model.Take())
            {
                left++;
            }

            yield return new Observed(held, allowed, left);
        }
    }

    /// <summary>
    /// Every place where the held take may stand still, with each burst there; and, from <paramref name="pairs"/>, every two places.
    /// </summary>
    /// <param name="bursts">What may come between.</param>
    /// <param name="pairs">What may come between twice.</param>
    /// <param name="run">Runs one plan; answers how many commands the held take had.</param>
    public static async Task EverywhereAsync(
        IReadOnlyList<LimitAct[]> bursts,
        IReadOnlyList<(LimitAct[] First, LimitAct[] Second)> pairs,
        Func<IReadOnlyDictionary<int, LimitAct[]>, Task<int>> run)
    {
        var most = 0;
        foreach (var burst in bursts)
        {
            for (var (place, commands) = (0, 1); place < commands; place++)
            {
                commands = await run(new Dictionary<int, LimitAct[]> { [place] = burst });
                most = Math.Max(most, commands);
            }
        }

        // At least a read and a write, else nothing was between.
        Assert.True(most >= 2, $"The held take had {most} commands.");
        foreach (var (first, second) in pairs)
        {
            for (var place = 0; place < most; place++)
            {
                for (var (next, commands) = (place + 1, place + 2); next < commands; next++)
                {
                    commands = await run(new Dictionary<int, LimitAct[]> { [place] = first, [next] = second });
                }
            }
        }
    }

    /// <summary>Runs one plan on the real thing and compares with the model.</summary>
    /// <returns>How many commands the held take had.</returns>
    public static async Task<int> HoldsAsync(
        HeldCommands commands, int bound, int taken, IReadOnlyDictionary<int, LimitAct[]> plan, Func<Task<bool>> take, Func<Task> forget)
    {
        List<LimitAct> ran = [];
        List<bool> others = [];
        var between = plan.ToDictionary(step => step.Key, step => (Func<Task>)(async () =>
        {
            foreach (var act in step.Value)
            {
                ran.Add(act);
                if (act == LimitAct.Take)
                {
                    others.Add(await take());
                }
                else
                {
                    await forget();
                }
            }
        }));

        var (held, count) = await commands.RunAsync(take, between);
        var left = 0;
        while (left <= bound && await take())
        {
            left++;
        }

        var seen = new Observed(held, others, left).ToString();
        var allowed = Allowed(bound, taken, ran).Select(outcome => outcome.ToString()).Distinct().ToList();
        Assert.True(
            allowed.Contains(seen),
            $"With {taken} of {bound} taken before, and {string.Join("; ", plan.Select(step => $"{string.Join("+", step.Value)} before command {step.Key}"))}:\n"
            + $"seen {seen}\nallowed {string.Join("\n     or ", allowed)}");
        return count;
    }
}
