namespace Backbone.Credit.Fitting;

/// <summary>Rows dealt to folds so that each has its share of both outcomes; the same rows, the same folds.</summary>
internal static class Folds
{
    private const ulong Seed = 20_261_128;

    /// <summary>By row: the fold that holds it out.</summary>
    public static int[] Deal(bool[] bad, int folds)
    {
        var fold = new int[bad.Length];
        var chance = new SeededSequence(Seed);
        var dealt = 0;
        foreach (var outcome in (bool[])[true, false])
        {
            var rows = Enumerable.Range(0, bad.Length).Where(row => bad[row] == outcome).ToArray();
            chance.Shuffle(rows);
            foreach (var row in rows)
            {
                fold[row] = dealt++ % folds;
            }
        }

        return fold;
    }
}
