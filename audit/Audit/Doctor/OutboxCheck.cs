using System.Data.Common;
using System.Net.Sockets;
using Backbone.Audit.Privacy;
using Backbone.Audit.Publishing;
using Backbone.Audit.State;
using Backbone.Platform.Storage;
using Backbone.Platform.Web;
using Backbone.Platform.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Backbone.Audit.Doctor;

/// <summary>The events of administrators' changes that wait in the audit database for this host's log.</summary>
internal sealed class OutboxCheck(
    IServiceScopeFactory scopes, IServiceProvider services, BackboneOptions platform, IOptions<PublishingOptions> publishing, TimeProvider clock)
    : ExaminedDatabase<AuditDb, SqliteAuditDb>(scopes, services, platform.PathOf("audit", "audit.db")), IDoctorCheck
{
    public string Area => "audit outbox";

    private string KeyFile => platform.PathOf("keys", "audit-privacy.key");

    public async Task<IReadOnlyList<DoctorFinding>> ExamineAsync(CancellationToken cancellation)
    {
        if (this.File() is { } file && !System.IO.File.Exists(file))
        {
            return OutboxFindings.Of(null, hasKey: false, KeyFile, clock.GetUtcNow());
        }

        try
        {
            // A log that never signed has no name yet, and nothing that waits for it.
            var seal = Seal();
            var found = LogKey.Read(publishing.Value.KeyFile ?? platform.PathOf("keys", "audit-log.key"))?.Origin is { } origin
                ? await AskAsync(db => OutboxSurvey.TakeAsync(db.Outbox.Where(entry => entry.Origin == origin), seal is null ? null : seal.Holds, cancellation))
                : null;
            return OutboxFindings.Of(found, seal is not null, KeyFile, clock.GetUtcNow());
        }
        catch (Exception failure) when (failure is DbException or InvalidOperationException or TimeoutException or SocketException)
        {
            return
            [
                DoctorFinding.Warning(
                    $"it cannot be read from the audit database: {failure.GetBaseException().Message}",
                    "After an upgrade the next start makes the table. Else start the database server, or restore audit/audit.db from its backup."),
            ];
        }
        catch (Exception failure) when (failure is LogKeyException or PrivacyKeysException)
        {
            return [DoctorFinding.Problem(failure.Message, "Restore the key file from its backup.")];
        }
    }

    protected override SqliteAuditDb Open(DbContextOptions<SqliteAuditDb> options) => new(options);

    private AuditOutboxSeal? Seal() => System.IO.File.Exists(KeyFile) ? new AuditOutboxSeal(PrivacyKeys.LoadOrCreate(KeyFile), clock) : null;
}
