using System.Globalization;
using Backbone.Platform.Web.Hosting;

namespace Backbone.Platform.Storage;

/// <summary>What <c>host doctor</c> says of a module's outbox: what waits, since when, and which rows nobody with the key has written.</summary>
public static class OutboxFindings
{
    private static readonly TimeSpan Late = TimeSpan.FromMinutes(1);

    /// <param name="waiting">All rows of the table, or of its part that is for this host's log.</param>
    /// <param name="holds">Whether a row's seal holds; null where the key is not there to tell.</param>
    /// <param name="keyFile">Where the key is.</param>
    /// <param name="now">By this host's clock.</param>
    public static IReadOnlyList<DoctorFinding> Of<T>(IReadOnlyList<T> waiting, Func<T, bool>? holds, string keyFile, DateTimeOffset now)
        where T : WaitingEvent
    {
        ArgumentNullException.ThrowIfNull(waiting);
        if (waiting.Count == 0)
        {
            return [DoctorFinding.Sound("no event waits for the audit log")];
        }

        if (holds is null)
        {
            return
            [
                DoctorFinding.Warning(
                    $"{waiting.Count} events wait for the audit log, and {keyFile} is not there to tell whose they are", $"Restore {keyFile} from its backup before starting."),
            ];
        }

        List<DoctorFinding> found = [];
        var foreign = waiting.Where(entry => !holds(entry)).ToList();
        if (foreign.Count > 0)
        {
            found.Add(Foreign(foreign, keyFile));
        }

        if (waiting.Count > foreign.Count)
        {
            found.Add(Waiting([.. waiting.Except(foreign)], now));
        }

        return found;
    }

    private static DoctorFinding Foreign<T>(List<T> entries, string keyFile)
        where T : WaitingEvent
    {
        const int named = 5;
        var which = string.Join(", ", entries.Take(named).Select(entry => entry.Sequence.ToString(CultureInfo.InvariantCulture)));
        var unsealed = entries.Count(entry => entry.Seal is null);
        return DoctorFinding.Problem(
            $"{entries.Count} rows were not written with {keyFile}, or altered since ({unsealed} without a seal): {which}{(entries.Count > named ? ", …" : "")}. They do not come into the audit log",
            "Somebody else writes in the database, or the key file was replaced: find out who, restore the key file if it was. Without a seal they may also be from "
            + "before the upgrade: audit/README.md, \"Failure policy\", says how they still get into the log. Keep a copy of the rows as evidence, then delete them.");
    }

    private static DoctorFinding Waiting<T>(List<T> entries, DateTimeOffset now)
        where T : WaitingEvent
    {
        var since = new DateTimeOffset(entries.Min(entry => entry.Place), TimeSpan.Zero);
        var said = string.Create(CultureInfo.InvariantCulture, $"{entries.Count} events wait for the audit log, the oldest since {since:u}");
        return now - since > Late
            ? DoctorFinding.Warning(
                said, "Start the host: it carries them before it listens. If it runs, its log says what keeps them (lines 1201 and 3500), and area \"audit log\" or \"audit spool\" here.")
            : DoctorFinding.Sound(said);
    }
}
