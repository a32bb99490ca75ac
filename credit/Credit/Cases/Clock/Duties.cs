using System.Collections.Immutable;
using Backbone.Credit.Catalogue;
using Backbone.Credit.Packs;
using Backbone.Credit.Scoring.Packs;
using Backbone.Platform;
using Backbone.Platform.Yaml;

namespace Backbone.Credit.Cases.Clock;

/// <summary>One duty with its time, by the law of some dates.</summary>
internal sealed record Duty(string Id, DateOnly From, DateOnly? To, int Days, LegalStatus Status, string Basis);

/// <summary>When it is told that the time of a duty ends, and that it is over.</summary>
/// <param name="Duty">Of which.</param>
/// <param name="Remind">Working days before its last day on which who is in charge is reminded; 0: on the last day.</param>
/// <param name="Escalate">Working days after it on which those above them are told; 0: on the day after.</param>
internal sealed record Alarm(string Duty, int Remind, int Escalate, LegalStatus Status, string Basis);

/// <summary>Something that must come with an application.</summary>
internal sealed record Material(string Id, Bilingual Title, string Basis);

/// <summary>How long there is for what, and what an application for repair needs: data with dates and legal basis, <c>duties.yml</c>.</summary>
internal sealed class Duties(ImmutableArray<Duty> all, ImmutableArray<Alarm> alarms, ImmutableArray<Material> materials, int noticeReach, WorkingDays days)
{
    public const string NoticeAcknowledge = "notice-acknowledge";
    public const string ObjectionOwn = "objection-own";
    public const string ObjectionOther = "objection-other";
    public const string RepairAccept = "repair-accept";
    public const string RepairDecide = "repair-decide";

    /// <summary>By how much the time to decide about a repair may be lengthened, once.</summary>
    public const string RepairExtend = "repair-extend";

    /// <summary>To reply to what an organisation answered to a notice before publication: by the last day of the notice, which the pack sets.</summary>
    public const string NoticeReply = "notice-reply";

    private static readonly string[] Needed = [ObjectionOwn, ObjectionOther, RepairAccept, RepairDecide, RepairExtend, NoticeAcknowledge];
    private static readonly string[] Alarmed = [ObjectionOwn, ObjectionOther, RepairAccept, RepairDecide, NoticeReply];

    public static string BuiltInFile => Path.Combine(AppContext.BaseDirectory, "credit", "duties.yml");

    public ImmutableArray<Material> Materials => materials;

    /// <summary>Who was told a fact so many days before it ended, or fewer, is told to stop using it. Days.</summary>
    public int NoticeReach => noticeReach;

    public ImmutableArray<Alarm> Alarms => alarms;

    public WorkingDays WorkingDays => days;

    /// <summary>The last day for a duty that began on a day, by the law of that day.</summary>
    /// <exception cref="InvalidOperationException">No law in force on that day sets a time.</exception>
    /// <param name="id">Which.</param>
    /// <param name="begun">The day on which it began, itself not counted.</param>
    /// <param name="more">Working days by which it was lengthened.</param>
    public Deadline Of(string id, DateOnly begun, int more = 0) => days.After(begun, On(id, begun).Days + more);

    public Duty On(string id, DateOnly day) =>
        all.FirstOrDefault(duty => duty.Id == id && duty.Status is LegalStatus.InForce or LegalStatus.Ended or LegalStatus.Chosen
            && duty.From <= day && (duty.To is null || day < duty.To))
        ?? throw new InvalidOperationException($"No time is set for the duty '{id}' on {day:O}.");

    /// <exception cref="InvalidDataException">The file is faulty; every failure is in the message.</exception>
    public static Duties File(string path, WorkingDays days)
    {
        var failures = new List<YamlFailure>();
        var map = YamlSource.Read(Path.GetFileName(path), System.IO.File.ReadAllBytes(path), failures);
        var duties = map is null ? null : Read(map, days);
        return duties is not null && failures.Count == 0 ? duties : throw new InvalidDataException($"The duties are faulty. {string.Join(" ", failures)}");
    }

    private static Duties Read(YamlMap map, WorkingDays days)
    {
        map.Number("format", 1, 1);
        var all = map.List("duties").Select(one => one.Whole(new Duty(
            one.Text("id", 64), one.Date("from"), one.OptionalDate("to"), one.Number("days", 1, 250), one.Choice("status", ReadCatalogue.Statuses), one.Text("basis"))))
            .ToImmutableArray();
        var alarms = map.List("alarms").Select(one => one.Whole(new Alarm(
            one.Text("duty", 64), one.Number("remind", 0, 30), one.Number("escalate", 0, 30), one.Choice("status", ReadCatalogue.Statuses), one.Text("basis"))))
            .ToImmutableArray();
        var materials = map.List("materials", 4).Select(one => one.Whole(new Material(one.Text("id", 40), one.Both("title"), one.Text("basis")))).ToImmutableArray();
        var reach = map.Number("noticeReach", 1, 3650);
        map.RefuseOthers();
        foreach (var missing in Needed.Where(id => !all.Any(duty => duty.Id == id)))
        {
            map.Fail("duties", "each of " + string.Join(", ", Needed), $"no {missing}");
        }

        if (!alarms.Select(alarm => alarm.Duty).Order(StringComparer.Ordinal).SequenceEqual(Alarmed.Order(StringComparer.Ordinal)))
        {
            map.Fail("alarms", "each of " + string.Join(", ", Alarmed) + " once", string.Join(", ", alarms.Select(alarm => alarm.Duty)));
        }

        return new(all, alarms, materials, reach, days);
    }
}
