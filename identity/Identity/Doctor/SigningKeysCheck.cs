using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using Backbone.Identity.Keys;
using Backbone.Identity.Storage;
using Backbone.Platform.Web;
using Backbone.Platform.Web.Hosting;
using Backbone.Platform.Web.Keys;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Identity.Doctor;

/// <summary>The master key fits, every algorithm has a key that signs now, and its successor is announced in time.</summary>
internal sealed class SigningKeysCheck(ExaminedDatabase database, BackboneOptions platform, SigningKeyOptions options, TimeProvider clock) : IDoctorCheck
{
    private string MasterFile => platform.MasterKeyPath;

    public string Area => "signing keys";

    public async Task<IReadOnlyList<DoctorFinding>> ExamineAsync(CancellationToken cancellation)
    {
        List<SigningKey> keys;
        try
        {
            keys = database.File() is { } file && !File.Exists(file)
                ? []
                : await database.AskAsync(db => db.SigningKeys.AsNoTracking().ToListAsync(cancellation));
        }
        catch (DbException)
        {
            // The database check says what is wrong with it; a table that is not there yet comes with the first start.
            return [DoctorFinding.Warning("they cannot be read from the database", "See the findings about the identity database.")];
        }

        return keys.Count == 0 ? [.. MasterKeyFindings(keys)] : [.. MasterKeyFindings(keys), .. keys.GroupBy(key => key.Algorithm).Select(Age)];
    }

    private IEnumerable<DoctorFinding> MasterKeyFindings(List<SigningKey> keys)
    {
        if (!File.Exists(MasterFile))
        {
            yield return keys.Count == 0
                ? DoctorFinding.Sound("none yet, and no master key; the first start makes them")
                : DoctorFinding.Problem(
                    $"{MasterFile} is missing", $"Restore {MasterFile} from its backup: a new one opens no sealed key and changes every app's subjects.");
            yield break;
        }

        byte[] bytes = File.ReadAllBytes(MasterFile);
        if (bytes.Length != MasterKey.Size)
        {
            yield return DoctorFinding.Problem($"{MasterFile} has {bytes.Length} bytes, not {MasterKey.Size}", $"Restore {MasterFile} from its backup.");
            yield break;
        }

        var master = new MasterKey(bytes);
        var closed = keys.Count(key => !Opens(master, key));
        yield return closed == 0
            ? DoctorFinding.Sound($"the master key opens all {keys.Count}")
            : DoctorFinding.Problem(
                $"{MasterFile} opens only {keys.Count - closed} of {keys.Count}", "Key file and database do not belong together: restore both from the same backup.");
    }

    private static bool Opens(MasterKey master, SigningKey key)
    {
        try
        {
            CryptographicOperations.ZeroMemory(master.Open($"{SigningKeyRing.SealLabel}/{key.Id}", key.SealedPrivateKey));
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private DoctorFinding Age(IGrouping<string, SigningKey> keys)
    {
        var now = clock.GetUtcNow();
        var signing = keys.Where(key => key.SignsFrom <= now && now < key.SignsUntil).MaxBy(key => key.SignsFrom);
        if (signing is null)
        {
            return DoctorFinding.Problem(
                $"no {keys.Key} key signs now", "Start the host: it makes one. If it ran all the time, its log says why the rotation failed.");
        }

        var left = signing.SignsUntil - now;
        var text = string.Create(
            CultureInfo.InvariantCulture, $"the {keys.Key} key is {(now - signing.CreatedAt).Days} days old and signs {left.Days} more");
        return left < options.Announce / 2 && !keys.Any(key => key.SignsUntil > signing.SignsUntil)
            ? DoctorFinding.Warning($"{text}, and no successor is announced", "Start the host now: apps must see the next key before it signs.")
            : DoctorFinding.Sound(text);
    }
}
