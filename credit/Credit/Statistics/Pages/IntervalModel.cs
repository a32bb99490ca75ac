using Backbone.Credit.Fitting;

namespace Backbone.Credit.Statistics.Pages;

/// <param name="Against">Where the upright line stands.</param>
/// <param name="Most">The right end of the scale, which begins at 0.</param>
internal sealed record IntervalModel(IReadOnlyList<IntervalRow> Rows, double Against, double Most);

/// <param name="Shown">The number and its interval in words.</param>
/// <param name="Marked">Drawn as standing out; the words say it too.</param>
internal sealed record IntervalRow(string Name, Interval Interval, string Shown, bool Marked);
