using System.Globalization;
using Backbone.Platform.Web.Hosting;

namespace Backbone.Platform.Storage;

/// <summary>What <c>host doctor</c> says of a module's outbox: what waits, since when, and which rows nobody with the key has written.</summary>
public static class OutboxFindings
{
    private static readonly TimeSpan Late = TimeSpan.FromMinutes(1);

    /// <param name="found">Of the table, or of its part that is for this host's log; null where there is no table yet.</param>
    /// <param name="hasKey">Whether the key was there to tell what is true.</param>
    /// <param name="keyFile">Where the key is.</param>
    /// <param name="now">By this host's clock.</param>
    public static IReadOnlyList<DoctorFinding> Of(OutboxSurvey? found, bool hasKey, string keyFile, DateTimeOffset now)
    {
        if (found is null or { Rows: 0 })
        {
            return [DoctorFinding.Sound("no event waits for the audit log")];
        }

        if (!hasKey)
        {
            return
            [
                DoctorFinding.Warning(
                    $"{found.Rows} events wait for the audit log, and {keyFile} is not there to tell whose they are", $"Restore {keyFile} from its backup before starting."),
            ];
        }

        List<DoctorFinding> findings = [];
        if (found.Foreign > 0)
        {
            findings.Add(Foreign(found, keyFile));
        }

        if (found.Oldest is { } oldest)
        {
            findings.Add(Waiting(found, new DateTimeOffset(Math.Clamp(oldest, 0, DateTime.MaxValue.Ticks), TimeSpan.Zero), now));
        }

        if (found.Rows > found.Looked)
        {
            findings.Add(DoctorFinding.Warning(
                string.Create(CultureInfo.InvariantCulture, $"{found.Rows - found.Looked} of {found.Rows} rows were not looked at; this looks at {OutboxSurvey.Most} and no more"),
                "Deal with what was found, let the host carry what is true, then ask again."));
        }

        return findings;
    }

    private static DoctorFinding Foreign(OutboxSurvey found, string keyFile)
    {
        var which = string.Join(", ", found.FirstForeign.Select(sequence => sequence.ToString(CultureInfo.InvariantCulture)));
        return DoctorFinding.Problem(
            $"{found.Foreign} rows were not written with {keyFile}, or altered since ({found.Unsealed} without a seal): {which}{(found.Foreign > found.FirstForeign.Count ? ", …" : "")}. They do not come into the audit log",
            "Somebody else writes in the database, or the key file was replaced: find out who, restore the key file if it was. Without a seal they may also be from "
            + "before the upgrade: audit/README.md, \"Failure policy\", says how they still get into the log. Keep a copy of the rows as evidence, then delete them.");
    }

    private static DoctorFinding Waiting(OutboxSurvey found, DateTimeOffset since, DateTimeOffset now)
    {
        var said = string.Create(CultureInfo.InvariantCulture, $"{found.Looked - found.Foreign} events wait for the audit log, the oldest since {since:u}");
        return now - since > Late
            ? DoctorFinding.Warning(
                said, "Start the host: it carries them before it listens. If it runs, its log says what keeps them (lines 3500, 3510 and 3513), and area \"audit log\" or \"audit spool\" here.")
            : DoctorFinding.Sound(said);
    }
}
