using System.Data.Common;
using Backbone.Credit.Catalogue;
using Backbone.Credit.Packs;
using Backbone.Credit.Packs.Keeping;
using Backbone.Platform.Web;
using Backbone.Platform.Web.Hosting;
using Backbone.Platform.Web.Keys;
using Microsoft.Extensions.Options;

namespace Backbone.Credit.Doctor;

/// <summary>Which policy pack is in force and where it comes from; and whether each approved one is as it was signed.</summary>
internal sealed class PackCheck(ExaminedDatabase database, IOptions<CreditOptions> options, BackboneOptions platform, FactCatalogue catalogue, TimeProvider clock) : IDoctorCheck
{
    public string Area => "credit packs";

    public async Task<IReadOnlyList<DoctorFinding>> ExamineAsync(CancellationToken cancellation)
    {
        if (PackInForce.Read(options.Value.PackFile(platform), catalogue, out var fault) is not { } file)
        {
            return [DoctorFinding.Problem(fault!, $"Correct {CreditOptions.Section}:{nameof(CreditOptions.Pack)}, or leave it empty for the built-in pack.")];
        }

        var today = ChinaDay.Today(clock);
        var none = new PackTimeline(file, [], []);
        if (!File.Exists(platform.MasterKeyPath) || (database.File() is { } path && !File.Exists(path)))
        {
            return [DoctorFinding.Sound(PacksHealth.PackWordsOf(none, today))];
        }

        try
        {
            var key = new PackKey(MasterKey.Of(platform));
            var read = await database.AskAsync(db => ReadPacks.RunAsync(db, file, key, catalogue, null, today, cancellation));
            return
            [
                DoctorFinding.Sound(PacksHealth.PackWordsOf(read, today)),
                .. read.Broken.Select(broken => DoctorFinding.Problem(
                    $"an approved policy pack is not used: {broken}",
                    "Find out in the audit log who changed it and when; restore the table from its backup, or have the pack approved anew under another version. The one before it is in force meanwhile.")),
            ];
        }
        catch (Exception failure) when (failure is DbException or InvalidOperationException or TimeoutException or MasterKeyException)
        {
            // The checks of database and keys say why.
            return [DoctorFinding.Warning($"the policy packs cannot be read: {failure.GetBaseException().Message}", "See the findings about the database and the master key.")];
        }
    }
}
