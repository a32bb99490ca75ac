namespace Backbone.Credit.Fitting;

/// <summary>A column's fine steps joined to bands.</summary>
/// <param name="Starts">The first step of each band, ascending; the first is 1.</param>
/// <param name="Gain">How much likelier the outcomes become by it, in natural logarithms, less what each band must at least bring.</param>
internal sealed record Banding(int[] Starts, double Gain)
{
    /// <summary>The place of a step's weight among the rule's: 0 for no value, then the bands.</summary>
    public int BandOf(int step)
    {
        if (step == 0)
        {
            return 0;
        }

        var band = Starts.Length;
        while (Starts[band - 1] > step)
        {
            band--;
        }

        return band;
    }
}

/// <summary>What the steps of a column hold, given what is known of each row already.</summary>
/// <param name="Rows">Training rows by step.</param>
/// <param name="Bad">Bad ones among them.</param>
/// <param name="Expected">Bad ones that the rest of the card expects among them.</param>
internal sealed record StepCounts(int[] Rows, int[] Bad, double[] Expected);
