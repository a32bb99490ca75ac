using System.Collections.Frozen;
using System.Collections.Immutable;
using Backbone.Audit.Contracts.Fields;

namespace Backbone.Audit.Contracts.Events;

/// <summary>
/// Every kind of event of every module: the one list. Kinds live with the module that writes them; the host puts the lists of all modules
/// together, also of those that run on another machine, since their events are read here too.
/// </summary>
public sealed class EventCatalogue
{
    private readonly FrozenDictionary<(string Module, string Action), EventKind> byName;

    /// <exception cref="ArgumentException">Two kinds of one name, or one whose form is not valid ECS or whose details are not of the closed set.</exception>
    public EventCatalogue(params IEnumerable<EventKind> kinds)
    {
        All = [.. kinds.OrderBy(kind => kind.Module, StringComparer.Ordinal).ThenBy(kind => kind.Action, StringComparer.Ordinal)];
        byName = All.ToFrozenDictionary(kind => (kind.Module, kind.Action));
        if (All.SelectMany(Faults).FirstOrDefault() is { } fault)
        {
            throw new ArgumentException(fault, nameof(kinds));
        }

        Modules = All.Select(kind => kind.Module).ToFrozenSet(StringComparer.Ordinal);
    }

    /// <summary>In order of module, then action.</summary>
    public ImmutableArray<EventKind> All { get; }

    /// <summary>The <c>event.module</c> names that only the backbone's own modules may use.</summary>
    public FrozenSet<string> Modules { get; }

    public EventKind? Find(string module, string action) => byName.GetValueOrDefault((module, action));

    /// <summary>Everything in which the event differs from its kind.</summary>
    public IEnumerable<string> Violations(AuditEvent auditEvent)
    {
        ArgumentNullException.ThrowIfNull(auditEvent);
        var name = $"{auditEvent.Module}/{auditEvent.Action}";
        if (Find(auditEvent.Module, auditEvent.Action) is not { } kind)
        {
            yield return $"{name} is no kind of the catalogue";
            yield break;
        }

        var form = auditEvent.Outcome == AuditOutcome.Success ? kind.OnSuccess : kind.OnFailure;
        if (form is null || !form.Categories.SequenceEqual(auditEvent.Category) || !form.Types.SequenceEqual(auditEvent.Type))
        {
            yield return $"{name}: category and type are not those of a {auditEvent.Outcome}";
        }

        if ((auditEvent.Outcome == AuditOutcome.Success) != (auditEvent.Reason is null) || auditEvent.Reason is { } reason && !kind.Reasons.Contains(reason))
        {
            yield return $"{name}: the reason \"{auditEvent.Reason}\" is not one of: {string.Join(", ", kind.Reasons)}";
        }

        foreach (var detail in auditEvent.Details.Keys.Where(detail => !kind.Details.Contains(detail)))
        {
            yield return $"{name}: the detail {detail} is not one of: {string.Join(", ", kind.Details)}";
        }
    }

    private static IEnumerable<string> Faults(EventKind kind)
    {
        foreach (var form in new[] { kind.OnSuccess, kind.OnFailure }.OfType<EventForm>())
        {
            if (EcsRules.Check(form.Categories, form.Types) is { } violation)
            {
                yield return $"{kind.Module}/{kind.Action}: {violation}";
            }
        }

        if (kind.OnSuccess is null && kind.OnFailure is null)
        {
            yield return $"{kind.Module}/{kind.Action} has no outcome";
        }

        if (kind.Reasons.IsEmpty != kind.OnFailure is null)
        {
            yield return $"{kind.Module}/{kind.Action}: a kind has reasons if and only if it may fail";
        }

        foreach (var detail in kind.Details.Where(detail => !AuditEventJson.IsDetail(detail)))
        {
            yield return $"{kind.Module}/{kind.Action}: {detail} is not of the closed set of own fields";
        }
    }
}
