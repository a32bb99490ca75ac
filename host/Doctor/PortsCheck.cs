using Backbone.Host.Startup;
using Backbone.Platform.Web;
using Backbone.Platform.Web.Hosting;

namespace Backbone.Host.Doctor;

/// <summary>The listening addresses are free, or held by somebody.</summary>
internal sealed class PortsCheck(BackboneOptions options, SampleAddresses samples) : IDoctorCheck
{
    public string Area => "ports";

    public Task<IReadOnlyList<DoctorFinding>> ExamineAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<DoctorFinding>>(
        [.. options.Urls.Split(';').Concat(options.StartsSamples ? [samples.CitizenApp, samples.OfficeApp] : []).Select(Examine)]);

    private static DoctorFinding Examine(string url) => FreePort.IsTaken(url)
        ? DoctorFinding.Warning($"{url} is taken", "Right while a host runs there. Otherwise stop its owner or choose other addresses with --urls.")
        : DoctorFinding.Sound($"{url} is free");
}
