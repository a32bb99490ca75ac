using Backbone.Identity.Catalogue;
using Backbone.Platform.Web.Hosting;

namespace Backbone.Identity.Doctor;

/// <summary>Every file of the catalogue is in order, each wrong key by name; and the client secrets that exist are long enough.</summary>
internal sealed class CatalogueCheck(CatalogueOptions options) : IDoctorCheck
{
    public string Area => "catalogue";

    public Task<IReadOnlyList<DoctorFinding>> ExamineAsync(CancellationToken cancellation)
    {
        // Loading makes secret files that are missing. Here it makes them in a folder of its own, which goes away again.
        var scratch = Directory.CreateTempSubdirectory("backbone-doctor-");
        try
        {
            var dry = new CatalogueOptions
            {
                BuiltInFolder = options.BuiltInFolder,
                OperatorFolder = options.OperatorFolder,
                Demo = options.Demo,
                DataDirectory = scratch.FullName,
            };
            foreach (var (name, address) in options.Addresses)
            {
                dry.Addresses[name] = address;
            }

            return Task.FromResult<IReadOnlyList<DoctorFinding>>(LoadCatalogue.Load(dry) switch
            {
                LoadOutcome.Loaded loaded => [DoctorFinding.Sound($"{loaded.Snapshot.Apps.Length} apps"), .. Secrets(loaded.Snapshot.Apps)],
                LoadOutcome.Refused refused =>
                [
                    .. refused.Failures.Select(failure => DoctorFinding.Problem(
                        failure.ToString(), $"Correct that key in {failure.File}; a running host keeps the version before.")),
                ],
                _ => throw new InvalidOperationException("Loading has two outcomes."),
            });
        }
        finally
        {
            scratch.Delete(recursive: true);
        }
    }

    private IEnumerable<DoctorFinding> Secrets(IEnumerable<CatalogueApp> apps)
    {
        foreach (var (app, reference) in apps.Where(app => app.Secret is not null).Select(app => (app, app.Secret!)))
        {
            var isMissingFile = reference.StartsWith("file:", StringComparison.Ordinal)
                && !File.Exists(Path.GetFullPath(reference[5..], Path.GetFullPath(options.DataDirectory)));
            if (!isMissingFile && ClientSecrets.Read(reference, options.DataDirectory).Wrong is { } wrong)
            {
                yield return DoctorFinding.Problem(
                    $"the secret of {app.Id} ({reference}) is not {wrong}", "Delete the file for a new secret at the next start, and give it to the app.");
            }
        }
    }
}
