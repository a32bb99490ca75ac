using System.Data.Common;
using Backbone.Identity.Storage;
using Backbone.Platform.Storage;
using Backbone.Platform.Web;
using Backbone.Platform.Web.Hosting;
using Backbone.Platform.Web.Keys;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Identity.Doctor;

/// <summary>The events that wait in identity's database for the audit log.</summary>
internal sealed class OutboxCheck(ExaminedDatabase database, BackboneOptions platform, TimeProvider clock) : IDoctorCheck
{
    public string Area => "identity outbox";

    public async Task<IReadOnlyList<DoctorFinding>> ExamineAsync(CancellationToken cancellation)
    {
        OutboxSurvey? found;
        var seal = Seal();
        try
        {
            found = database.File() is { } file && !File.Exists(file)
                ? null
                : await database.AskAsync(db => OutboxSurvey.TakeAsync(db.Outbox, seal is null ? null : entry => seal.Holds(entry), cancellation));
        }
        catch (Exception failure) when (failure is DbException or InvalidOperationException)
        {
            return [DoctorFinding.Warning("it cannot be read from the database", "See the findings about the identity database.")];
        }

        return OutboxFindings.Of(found, seal is not null, platform.MasterKeyPath, clock.GetUtcNow());
    }

    /// <summary>Null without a key of the right length; what is wrong with it the check of the signing keys says.</summary>
    private IdentityOutboxSeal? Seal() =>
        File.Exists(platform.MasterKeyPath) && File.ReadAllBytes(platform.MasterKeyPath) is { Length: MasterKey.Size } key
            ? new IdentityOutboxSeal(new MasterKey(key), clock)
            : null;
}
