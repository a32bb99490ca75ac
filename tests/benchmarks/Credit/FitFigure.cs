using System.Diagnostics;
using System.Text.Json;
using Backbone.Credit.Fitting;
using Backbone.Testing;

namespace Backbone.Benchmarks.Credit;

/// <summary>
/// Mean area under the curve of five folds, each scored by a pack that the shipped command fitted to the others, as its report says; and that the
/// pack has at most twenty rules. Polish companies and which of them went bankrupt, from the published test vectors.
/// </summary>
internal sealed class FitFigure(string year, double least) : IFigure
{
    private const int MostRules = 20;

    public string Name => $"credit.fit-year{year}";

    public string Unit => "AUC";

    public Goal Goal => new(AtLeast: true, least);

    public async Task<double> MeasureAsync(TextWriter progress)
    {
        var folder = Directory.CreateTempSubdirectory("fit-").FullName;
        try
        {
            var clock = Stopwatch.StartNew();
            var request = new FitRequest(
                RealServers.Vectors("polish-bankruptcy", $"{year}year.arff"), "bankruptcy", Path.Combine(folder, "out"), MostRules, 5, null, [], FitRequest.FirstDay);
            if (FitScorecard.Run(request, progress, progress) is not 0 and var code)
            {
                throw new InvalidOperationException($"the fit ended with {code}");
            }

            await progress.WriteLineAsync(FormattableString.Invariant($"validated, fitted and written in {clock.Elapsed.TotalSeconds:F1} s"));
            using var report = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "out", "report.json")));
            var validation = report.RootElement.GetProperty("validation");
            var rules = validation.GetProperty("folds").EnumerateArray().Max(fold => fold.GetProperty("rules").GetInt32());
            return rules <= MostRules && report.RootElement.GetProperty("rules").GetArrayLength() <= MostRules
                ? validation.GetProperty("auc").GetProperty("value").GetDouble()
                : throw new InvalidOperationException($"a pack has more than {MostRules} rules");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
