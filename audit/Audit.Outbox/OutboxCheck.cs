using System.Data.Common;
using System.Net.Sockets;
using Backbone.Platform.Storage;
using Backbone.Platform.Web;
using Backbone.Platform.Web.Hosting;
using Backbone.Platform.Web.Keys;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Audit.Outbox;

/// <summary>The events that wait in a module's database for the audit log, under a seal that comes from the master key.</summary>
/// <param name="module">The module's name.</param>
/// <param name="database">Its database, for looking only.</param>
/// <param name="seal">The module's seal of a master key: the doctor makes no key.</param>
/// <param name="platform">Where the master key is.</param>
/// <param name="clock">The host's.</param>
public sealed class OutboxCheck<TDb, TSqlite>(
    string module, ExaminedDatabase<TDb, TSqlite> database, Func<MasterKey, OutboxSeal> seal, BackboneOptions platform, TimeProvider clock) : IDoctorCheck
    where TDb : DbContext
    where TSqlite : TDb
{
    public string Area => module + " outbox";

    public async Task<IReadOnlyList<DoctorFinding>> ExamineAsync(CancellationToken cancellation)
    {
        OutboxSurvey? found;
        var own = Seal();
        Func<OutboxEntry, bool>? holds = own is null ? null : entry => own.Holds(entry);
        try
        {
            found = database.File() is { } file && !File.Exists(file)
                ? null
                : await database.AskAsync(db => OutboxSurvey.TakeAsync(db.Set<OutboxEntry>(), holds, cancellation));
        }
        catch (Exception failure) when (failure is DbException or InvalidOperationException or TimeoutException or SocketException)
        {
            return [DoctorFinding.Warning("it cannot be read from the database", $"See the findings about the {module} database.")];
        }

        return OutboxFindings.Of(found, own is not null, platform.MasterKeyPath, clock.GetUtcNow());
    }

    /// <summary>Null without a key of the right length; what is wrong with it the check of the signing keys says.</summary>
    private OutboxSeal? Seal() =>
        File.Exists(platform.MasterKeyPath) && File.ReadAllBytes(platform.MasterKeyPath) is { Length: MasterKey.Size } key ? seal(new MasterKey(key)) : null;
}
