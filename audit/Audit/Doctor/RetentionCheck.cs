using System.Globalization;
using Backbone.Audit.Contracts.Events;
using Backbone.Audit.Log;
using Backbone.Audit.Log.Checkpoints;
using Backbone.Audit.Log.Notes;
using Backbone.Audit.Retention;
using Backbone.Platform.Web;
using Backbone.Platform.Web.Hosting;
using Microsoft.Extensions.Options;

namespace Backbone.Audit.Doctor;

/// <summary>Which rules delete events, and how far they have gone. It reads the statement; whether it is signed is for the start and the verifier to say.</summary>
internal sealed class RetentionCheck(BackboneOptions platform, IOptions<RetentionOptions> options) : IDoctorCheck
{
    public string Area => "audit retention";

    public Task<IReadOnlyList<DoctorFinding>> ExamineAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<DoctorFinding>>([.. Examine()]);

    private IEnumerable<DoctorFinding> Examine()
    {
        yield return DoctorFinding.Sound(options.Value.Delete
            ? "deletes " + string.Join("; ", Enum.GetValues<RetentionClass>().Select(of => RetentionPeriods.Reason(of, options.Value[of])))
            : "deletes nothing (Backbone:Audit:Retention:Delete is not set)");
        var path = platform.PathOf("audit", "tlog", MinimumFile.Name);
        if (File.Exists(path))
        {
            yield return Deleted(path);
        }
    }

    private static DoctorFinding Deleted(string path)
    {
        try
        {
            var minimum = MinimumIndex.Of(SignedNote.Parse(File.ReadAllBytes(path)));
            return DoctorFinding.Sound(string.Create(
                CultureInfo.InvariantCulture,
                $"events before {minimum.Index} were deleted, as signed at {DateTimeOffset.FromUnixTimeSeconds(minimum.Seconds):u}; back up audit/tlog, whose hashes of them cannot be made again"));
        }
        catch (Exception unreadable) when (unreadable is LogFormatException or IOException or ArgumentOutOfRangeException)
        {
            return DoctorFinding.Problem($"{path} is no statement of deletion: {unreadable.Message}", $"Restore {path} from its backup, or delete it: the next start writes it again from the database.");
        }
    }
}
