using Backbone.Credit.Fitting;

namespace Backbone.Credit.Statistics;

/// <summary>How well scores of a day told who would have an outcome afterwards.</summary>
/// <param name="Entities">Organisations that were scored and had no such outcome before.</param>
/// <param name="Outcomes">Those with one afterwards.</param>
/// <param name="Area">AUC. DeLong's interval: it has a closed form, which draws nothing and is exact for ties.</param>
/// <param name="Distance">KS. Its interval by drawing again with a fixed seed: it has no closed form with ties.</param>
/// <param name="Capture">Of the outcomes the share that the worst tenth of scores had; likewise.</param>
internal sealed record BackTest(long Entities, long Outcomes, Interval? Area, Interval? Distance, Interval? Capture)
{
    /// <summary>Below so many outcomes, or so many others, no figure is made: its interval would say nothing, and it could tell of single organisations.</summary>
    public const int Fewest = 30;

    public static BackTest Of(int[] points, bool[] outcome)
    {
        var some = outcome.Count(one => one);
        if (some < Fewest || points.Length - some < Fewest)
        {
            return new(points.Length, some, null, null, null);
        }

        var (area, variance) = Measures.Area(points, outcome);
        var (distance, capture) = Measures.Drawn([(points, outcome)]);
        return new(points.Length, some, Interval.Around(area, Math.Sqrt(variance)), distance, capture);
    }
}
