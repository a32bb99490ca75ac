using System.Data.Common;
using Backbone.Platform.Web;
using Backbone.Platform.Web.Hosting;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Identity.Doctor;

/// <summary>The database is there, sound, reachable, and of this program's schema.</summary>
internal sealed class DatabaseCheck(ExaminedDatabase database, BackboneOptions platform) : IDoctorCheck
{
    public string Area => "identity database";

    public async Task<IReadOnlyList<DoctorFinding>> ExamineAsync(CancellationToken cancellation)
    {
        var file = database.File();
        if (file is not null && !File.Exists(file))
        {
            return
            [
                File.Exists(platform.PathOf("keys", "master.key"))
                    ? DoctorFinding.Problem($"{file} is missing, but this folder has been in use", $"Restore {file} from its backup; a start without it begins with no accounts.")
                    : DoctorFinding.Sound($"{file} does not exist yet; the first start creates it"),
            ];
        }

        try
        {
            if (file is not null && await database.QuickCheckAsync(cancellation) is var said and not "ok")
            {
                return [Damaged(file, said)];
            }

            var (applied, known) = await database.AskAsync(async db =>
                ((await db.Database.GetAppliedMigrationsAsync(cancellation)).ToList(), db.Database.GetMigrations().ToList()));
            return [Compare(applied, known)];
        }
        catch (DbException failure) when (file is not null)
        {
            return [Damaged(file, failure.Message)];
        }
        catch (Exception failure) when (failure is DbException or InvalidOperationException or TimeoutException or System.Net.Sockets.SocketException)
        {
            return
            [
                DoctorFinding.Problem(
                    $"the database server cannot be asked: {failure.GetBaseException().Message}",
                    "Start the server, or correct host, name and password in Backbone:Identity:ConnectionString."),
            ];
        }
    }

    private static DoctorFinding Damaged(string file, string said) => DoctorFinding.Problem(
        $"{file} is damaged: {said}", $"Stop the host, keep a copy of {file}, and restore it from its backup. Do not start on it.");

    private static DoctorFinding Compare(List<string> applied, List<string> known)
    {
        var newer = applied.Except(known).ToList();
        var pending = known.Except(applied).ToList();
        return newer.Count > 0
            ? DoctorFinding.Problem(
                $"the schema is newer than this program ({string.Join(", ", newer)})", "Start the version that wrote it, or restore the backup made before.")
            : pending.Count > 0
            ? DoctorFinding.Warning($"{pending.Count} migrations are pending", "Make a backup; the next start applies them.")
            : DoctorFinding.Sound($"reachable, {applied.Count} migrations applied, none pending");
    }
}
