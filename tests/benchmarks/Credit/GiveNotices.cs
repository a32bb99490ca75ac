using System.Diagnostics;
using Backbone.Credit.Grading;
using Backbone.Credit.Storage;
using Backbone.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Benchmarks.Credit;

/// <summary>
/// <c>credit.notices</c>: the first grading of a store of a million facts in which many organisations must be told before their grade is published, as on the day of a
/// new pack: each is read from the store and scored with all that led to it, its notice and the event of it are on disk. Processor time of the whole round for each notice.
/// </summary>
internal sealed class GiveNotices : IFigure
{
    public string Name => "credit.notices";

    public string Unit => "ms of processor for one notice";

    public Goal Goal => new(AtLeast: false, 1);

    public async Task<double> MeasureAsync(TextWriter progress)
    {
        await using var backbone = await BackboneFixture.StartAsync(settings => settings.Settings["Backbone:Credit:Grading:Minutes"] = "0");
        await SampleStore.BuildAsync(backbone, progress);
        using var self = Process.GetCurrentProcess();
        var (before, clock) = (self.TotalProcessorTime, Stopwatch.StartNew());
        await backbone.Services.GetRequiredService<GradeRegularly>().RoundAsync(CancellationToken.None);
        self.Refresh();
        var (spent, taken) = (self.TotalProcessorTime - before, clock.Elapsed);

        await using var scope = backbone.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<CreditDb>();
        var (notices, grades) = (await db.PriorNotices.CountAsync(), await db.Grades.CountAsync());
        await progress.WriteLineAsync(FormattableString.Invariant($"{notices:N0} notices and {grades:N0} grades in {taken.TotalSeconds:F1} s"));
        return spent.TotalMilliseconds / notices;
    }
}
