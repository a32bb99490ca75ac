namespace Backbone.Audit.Console;

/// <summary>Where an axis ends: the next of 1, 2, 5 × 10ⁿ, so that its label is a number people read at once.</summary>
internal static class Scale
{
    public static long Above(long value)
    {
        for (long step = 1; ; step *= 10)
        {
            foreach (var times in (ReadOnlySpan<int>)[1, 2, 5])
            {
                if (step * times >= value)
                {
                    return step * times;
                }
            }
        }
    }
}
