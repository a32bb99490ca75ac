using Backbone.Platform.Web.Hosting;

namespace Backbone.Host.Doctor;

/// <summary><c>host doctor</c>: runs every check, says what to do about each finding. Exit code 1 when there is a problem.</summary>
internal static class Examination
{
    public static async Task<int> RunAsync(IEnumerable<IDoctorCheck> checks, TextWriter output, CancellationToken cancellation)
    {
        var problems = 0;
        var warnings = 0;
        foreach (var check in checks.OrderBy(check => check.Area, StringComparer.Ordinal))
        {
            foreach (var finding in await FindingsAsync(check, cancellation))
            {
                var mark = finding.Severity switch
                {
                    DoctorSeverity.Sound => "ok     ",
                    DoctorSeverity.Warning => "warning",
                    _ => "PROBLEM",
                };
                await output.WriteLineAsync($"{mark}  {check.Area}: {finding.What}");
                if (finding.Advice is not null)
                {
                    await output.WriteLineAsync($"         -> {finding.Advice}");
                }

                problems += finding.Severity == DoctorSeverity.Problem ? 1 : 0;
                warnings += finding.Severity == DoctorSeverity.Warning ? 1 : 0;
            }
        }

        await output.WriteLineAsync($"{problems} problems, {warnings} warnings");
        return problems == 0 ? 0 : 1;
    }

    private static async Task<IReadOnlyList<DoctorFinding>> FindingsAsync(IDoctorCheck check, CancellationToken cancellation)
    {
        try
        {
            return await check.ExamineAsync(cancellation);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            return [DoctorFinding.Problem($"the check itself failed: {failure.Message}", "Put right what the message names and run the doctor again.")];
        }
    }
}
