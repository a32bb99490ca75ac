using System.Collections.Immutable;
using Backbone.Audit.Console;
using Backbone.Audit.Contracts.Fields;
using Backbone.Audit.Events;
using Backbone.Audit.Searching.Kql;

namespace Backbone.Audit.Disclosure;

/// <summary>
/// One way in which somebody comes to see a person's data, as events of the log say it. What is no look by one of these rules is not
/// listed: rather too little than another person's affairs.
/// </summary>
/// <param name="Module"><c>event.module</c>.</param>
/// <param name="Action"><c>event.action</c>; null for any.</param>
/// <param name="Type">A value <c>event.type</c> must have; null for any.</param>
/// <param name="SubjectFields">Where the person stands: in any of them.</param>
/// <param name="NotBy">An app by which it is no look; null for none.</param>
internal sealed record Look(string Module, string? Action, string? Type, ImmutableArray<string> SubjectFields, string? NotBy = null)
{
    /// <summary>Staff opened a record that is about the person.</summary>
    public static readonly Look View = new(AuditKinds.Module, AuditKinds.View.Action, null, ["user.target.id", "subject.id"]);

    /// <summary>
    /// An app was given what it may know of the person; the identity module writes it, see docs/events.md. Not the page that lists this: it
    /// tells nobody but the person, and would grow its own list.
    /// </summary>
    public static readonly Look Release = new("identity", "userinfo", null, ["user.id"], UsageSignIn.ClientId);

    /// <summary>
    /// Another system says that it read data of the person, whom it names in <c>subject.id</c>. That field also takes the code of an
    /// enterprise.
    /// </summary>
    public static readonly Look Elsewhere = new(EventValidation.Module, null, "access", ["subject.id"]);

    /// <summary>A program was told an organisation's grade or report; the credit module writes it, see docs/events.md.</summary>
    public static readonly Look Credit = new("credit", "credit-query", null, ["subject.id"]);

    /// <summary>A program is told from now on when something changes about an organisation; the credit module writes it, see docs/events.md.</summary>
    public static readonly Look Subscription = new("credit", "credit-subscribe", null, ["subject.id"]);

    public static ImmutableArray<Look> All { get; } = [View, Release, Elsewhere, Credit, Subscription];

    /// <summary>
    /// Kinds that are kept as disclosures and are no look at one person: they say which range of the log was read, not about whom, or
    /// who read this very list, or decided what it leaves out.
    /// </summary>
    public static ImmutableArray<string> OfNobodyNamed { get; } =
    [
        .. new[]
        {
            AuditKinds.Entries, AuditKinds.Search, AuditKinds.Follow, AuditKinds.Export, AuditKinds.Erase, AuditKinds.FindUsage, AuditKinds.HoldAsk,
            AuditKinds.HoldAgree, AuditKinds.HoldRelease,
        }.Select(kind => kind.Action),
    ];

    /// <summary>The condition by which an index finds every look at the person.</summary>
    /// <param name="subject">As it stands in the log.</param>
    public static KqlNode At(string subject) => new KqlAnd([Is("event.outcome", "success"), new KqlOr([.. All.Select(look => look.Condition(subject))])]);

    /// <summary>Which look at the person the event is, by its own words; null when it is none. An index may be wrong, the log is not.</summary>
    public static Look? Of(EventRow row, string subject) =>
        row.Values("event.outcome").Contains("success") ? All.FirstOrDefault(look => look.Holds(row, subject)) : null;

    /// <summary>The event is a look at somebody.</summary>
    public static bool IsAny(EventRow row) =>
        All.Any(look => look.SubjectFields.SelectMany(row.Values).Any(subject => Of(row, subject) is not null));

    public static KqlNode Is(string field, string value) => new KqlEquals(EventFields.Find(field)!, new KqlValue { Text = value });

    private KqlAnd Condition(string subject)
    {
        var persons = SubjectFields.Select(field => Is(field, subject)).ToImmutableArray();
        List<KqlNode> parts = [Is("event.module", Module), persons.Length == 1 ? persons[0] : new KqlOr(persons)];
        if (Action is not null)
        {
            parts.Add(Is("event.action", Action));
        }

        if (Type is not null)
        {
            parts.Add(Is("event.type", Type));
        }

        if (NotBy is not null)
        {
            parts.Add(new KqlNot(Is("auth.client.id", NotBy)));
        }

        return new KqlAnd([.. parts]);
    }

    private bool Holds(EventRow row, string subject) =>
        row.Values("event.module").Contains(Module)
        && (Action is null || row.Values("event.action").Contains(Action))
        && (Type is null || row.Values("event.type").Contains(Type))
        && (NotBy is null || !row.Values("auth.client.id").Contains(NotBy))
        && SubjectFields.Any(field => row.Values(field).Contains(subject));
}
