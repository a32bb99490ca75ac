using Backbone.Audit.Doctor;
using Backbone.Audit.Forwarding;
using Backbone.Audit.Tests.Receiving;
using Backbone.Platform.Web.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Backbone.Audit.Tests.Forwarding;

/// <summary>What an operator sees of a spool: the doctor's findings and the answer of health.</summary>
public sealed class SpoolStatusTests(SendersHost log) : IClassFixture<SendersHost>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task While_the_log_is_away_the_doctor_says_how_much_waits_since_when_and_why_and_afterwards_that_nothing_does()
    {
        await using var machines = await TwoMachines.StartAsync(log);
        var again = new TaskCompletionSource();
        machines.Road.Choose = batch =>
        {
            // The second try is begun when the first one's failure has been noted.
            if (batch > 0)
            {
                again.TrySetResult();
            }

            return Mishap.Away;
        };
        await machines.AppendAsync(12);
        await again.Task.WaitAsync(Cancellation);
        var findings = await ExamineAsync(machines);
        Assert.Contains(findings, finding => finding.What.StartsWith("12 events wait for the log, the oldest of 2", StringComparison.Ordinal));
        Assert.Contains(findings, finding => finding.Severity == DoctorSeverity.Warning && finding.What.StartsWith("the log never answered; since ", StringComparison.Ordinal));
        Assert.Equal(HealthStatus.Healthy, await HealthAsync(machines));

        machines.Road.Choose = _ => Mishap.None;
        await machines.ArrivedAsync();
        await machines.AppendAsync(1);
        await machines.ArrivedAsync();
        await machines.StopSenderAsync();
        await machines.StartSenderAsync();
        findings = await ExamineAsync(machines);
        Assert.Contains(findings, finding => finding.What.StartsWith("the log last answered at ", StringComparison.Ordinal));
        Assert.All(findings, finding => Assert.Equal(DoctorSeverity.Sound, finding.Severity));
    }

    private static async Task<IReadOnlyList<DoctorFinding>> ExamineAsync(TwoMachines machines) =>
        await machines.Sender.Services.GetServices<IDoctorCheck>().OfType<SpoolCheck>().Single().ExamineAsync(Cancellation);

    private static async Task<HealthStatus> HealthAsync(TwoMachines machines) =>
        (await machines.Sender.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(check => check.Name == SpoolHealth.Name, Cancellation)).Status;
}
