using System.Data.Common;
using System.Net.Sockets;
using Backbone.Platform.Web.Hosting;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Platform.Storage;

/// <summary>A module's database as the doctor looks at it.</summary>
/// <param name="Module">The module's name: the finding's area is "identity database".</param>
/// <param name="Section">The settings that name its server.</param>
/// <param name="Trace">A file or folder that a first start leaves and that is not the database: with it, a database that is missing is lost.</param>
/// <param name="Without">What a start without the database begins with: "no accounts".</param>
public sealed record ExaminedModule(string Module, string Section, string Trace, string Without);

/// <summary>The database is there, sound, reachable, and of this program's schema.</summary>
public sealed class DatabaseCheck<TDb, TSqlite>(ExaminedDatabase<TDb, TSqlite> database, ExaminedModule module) : IDoctorCheck
    where TDb : DbContext
    where TSqlite : TDb
{
    public string Area => module.Module + " database";

    public async Task<IReadOnlyList<DoctorFinding>> ExamineAsync(CancellationToken cancellation)
    {
        var file = database.File();
        if (file is not null && !File.Exists(file))
        {
            return
            [
                Path.Exists(module.Trace)
                    ? DoctorFinding.Problem(
                        $"{file} is missing, but this folder has been in use", $"Restore {file} from its backup; a start without it begins with {module.Without}.")
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
        catch (Exception failure) when (failure is DbException or InvalidOperationException or TimeoutException or SocketException)
        {
            return
            [
                DoctorFinding.Problem(
                    $"the database server cannot be asked: {failure.GetBaseException().Message}",
                    $"Start the server, or correct host, name and password in {module.Section}:{nameof(DatabaseOptions.ConnectionString)}."),
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
