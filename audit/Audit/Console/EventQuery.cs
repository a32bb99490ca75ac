using System.Globalization;
using Backbone.Audit.Contracts;
using Microsoft.AspNetCore.Http;

namespace Backbone.Audit.Console;

/// <summary>What a person asked the page for. All of it is in the address, so a view can be sent to a colleague.</summary>
public sealed record EventQuery
{
    public const int LongestText = 200;

    /// <summary>The filters, in the order the page shows them; the names are those of the address.</summary>
    public static IReadOnlyList<string> Filters { get; } = ["action", "outcome", "user", "client", "text", "from", "to"];

    public string? Action { get; init; }

    public AuditOutcome? Outcome { get; init; }

    /// <summary>Who acted, or whom it was done to.</summary>
    public Guid? User { get; init; }

    public string? Client { get; init; }

    public string? Text { get; init; }

    public DateTimeOffset? From { get; init; }

    /// <summary>Inclusive to its minute.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>The cursor: only events with a lower index.</summary>
    public long? Before { get; init; }

    /// <summary>Exactly what was entered, by name, empty values left out: for the form, also when it is wrong.</summary>
    public required IReadOnlyDictionary<string, string> Entered { get; init; }

    /// <summary>The names of the values that were refused.</summary>
    public required IReadOnlyList<string> Wrong { get; init; }

    public bool Filtered => Filters.Any(Entered.ContainsKey);

    public static EventQuery Read(IQueryCollection query)
    {
        var entered = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in Filters.Append("before"))
        {
            if (query[name].ToString().Trim() is { Length: > 0 } value)
            {
                entered[name] = value;
            }
        }

        var wrong = new List<string>();
        var result = new EventQuery
        {
            Entered = entered,
            Wrong = wrong,
            Action = Text("action", value => value.Length <= 64 && value.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')),
            Outcome = Value("outcome", AsOutcome),
            User = Value<Guid>("user", value => Guid.TryParseExact(value, "D", out var id) ? id : null),
            Client = Text("client", value => value.Length <= LongestText),
            Text = Text("text", value => value.Length <= LongestText),
            From = Value("from", ChinaTime.Parse),
            To = Value("to", ChinaTime.Parse),
            Before = Value<long>(
                "before", value => long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : null),
        };
        if (result.From > result.To)
        {
            wrong.Add("to");
        }

        return result;

        string? Text(string name, Func<string, bool> allowed)
        {
            if (!entered.TryGetValue(name, out var value) || allowed(value))
            {
                return entered.GetValueOrDefault(name);
            }

            wrong.Add(name);
            return null;
        }

        T? Value<T>(string name, Func<string, T?> parse)
            where T : struct
        {
            if (!entered.TryGetValue(name, out var value))
            {
                return null;
            }

            var parsed = parse(value);
            if (parsed is null)
            {
                wrong.Add(name);
            }

            return parsed;
        }
    }

    public bool Matches(AuditEvent? e, Func<string> json)
    {
        return (e is not null || !Filtered || Entered.Keys.All(name => name is "text" or "before"))
            && (Action is null || e!.Action == Action)
            && (Outcome is null || e!.Outcome == Outcome)
            && (User is null || e!.Subject?.Value == User || e.Target?.Value == User)
            && (Client is null || e!.ClientId == Client)
            && (From is null || e!.Timestamp >= From)
            && (To is null || e!.Timestamp < To.Value.AddMinutes(1))
            && (Text is null || json().Contains(Text, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>The address of this view with some values changed; null takes one out. A new search starts at its first page.</summary>
    public string Link(params (string Name, string? Value)[] changes)
    {
        var values = Entered.Where(entry => entry.Key != "before" && changes.All(change => change.Name != entry.Key))
            .Concat(changes.Where(change => change.Value is not null).Select(change => KeyValuePair.Create(change.Name, change.Value!)));
        return ListEvents.Path + QueryString.Create(values.Select(value => KeyValuePair.Create(value.Key, (string?)value.Value)));
    }

    private static AuditOutcome? AsOutcome(string value)
    {
        return value switch
        {
            "success" => AuditOutcome.Success,
            "failure" => AuditOutcome.Failure,
            "unknown" => AuditOutcome.Unknown,
            _ => null,
        };
    }
}
