using System.Collections.Immutable;
using System.Globalization;
using Backbone.Audit.Contracts.Fields;
using Backbone.Audit.Searching;
using Backbone.Audit.Searching.Kql;
using Microsoft.AspNetCore.Http;

namespace Backbone.Audit.Console;

/// <summary>What a person asked the search page for. All of it is in the address, so a view can be sent to a colleague.</summary>
public sealed record SearchView
{
    public const int MostColumns = 12;

    /// <summary>The names of the address, in the order a link writes them.</summary>
    private static readonly ImmutableArray<string> Names = ["q", "last", "from", "to", "sort", "size", "columns", "after"];

    /// <summary>What <c>last</c> may be: a span that moves along, for searches that are saved.</summary>
    public static ImmutableArray<(string Code, TimeSpan Span)> Spans { get; } =
    [
        ("15m", TimeSpan.FromMinutes(15)), ("1h", TimeSpan.FromHours(1)), ("24h", TimeSpan.FromDays(1)), ("7d", TimeSpan.FromDays(7)),
        ("30d", TimeSpan.FromDays(30)),
    ];

    public static ImmutableArray<int> Sizes { get; } = [25, 50, 100];

    /// <summary>Columns of a view that names none.</summary>
    public static ImmutableArray<string> DefaultColumns { get; } = ["@timestamp", "event.action", "event.outcome", "user.id", "auth.client.id"];

    /// <summary>The query in words; empty for every event.</summary>
    public string Query { get; private init; } = "";

    /// <summary>The query as the stores know it; null when it was refused.</summary>
    public KqlNode? Node { get; private init; }

    /// <summary>Where the query is wrong.</summary>
    public KqlFault? Fault { get; private init; }

    public TimeSpan? Last { get; private init; }

    public DateTimeOffset? From { get; private init; }

    /// <summary>Inclusive to its minute.</summary>
    public DateTimeOffset? To { get; private init; }

    public bool OldestFirst { get; private init; }

    public int Size { get; private init; } = Sizes[1];

    public ImmutableArray<string> Columns { get; private init; } = DefaultColumns;

    public EventPosition? After { get; private init; }

    /// <summary>Exactly what was entered, by name, empty values left out: for the form, also when it is wrong.</summary>
    public required IReadOnlyDictionary<string, string> Entered { get; init; }

    /// <summary>The names of the values that were refused; "q" is told by <see cref="Fault"/>.</summary>
    public required IReadOnlyList<string> Wrong { get; init; }

    public bool IsWrong => Fault is not null || Wrong.Count > 0;

    /// <summary>Something is asked for that not every event has.</summary>
    public bool Narrowed => Query.Length > 0 || Last is not null || From is not null || To is not null;

    public static SearchView Read(IQueryCollection query, DateTimeOffset now)
    {
        var entered = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in Names)
        {
            // Check boxes of one name come several times.
            if (string.Join(',', query[name].Where(value => !string.IsNullOrWhiteSpace(value))).Trim() is { Length: > 0 } value)
            {
                entered[name] = value;
            }
        }

        var wrong = new List<string>();
        var text = entered.GetValueOrDefault("q", "");
        var (node, fault) = KqlParser.Parse(text, now, ChinaTime.Offset);
        var view = new SearchView
        {
            Entered = entered,
            Wrong = wrong,
            Query = text,
            Node = node,
            Fault = fault,
            Last = Value<TimeSpan>("last", code => Spans.Where(span => span.Code == code).Select(span => (TimeSpan?)span.Span).SingleOrDefault()),
            From = Value("from", ChinaTime.Parse),
            To = Value("to", ChinaTime.Parse),
            OldestFirst = Value<bool>("sort", sort => sort switch { "oldest" => true, "newest" => false, _ => null }) ?? false,
            Size = Value<int>("size", size => int.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var rows) && Sizes.Contains(rows) ? rows : null)
                ?? Sizes[1],
            Columns = ReadColumns(entered, wrong),
            After = Value("after", EventPosition.Parse),
        };
        if (view.From > view.To)
        {
            wrong.Add("to");
        }

        if (view.Last is not null && (view.From is not null || view.To is not null))
        {
            wrong.Add("last");
        }

        return view;

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

    /// <summary>This view with its query refused: by the store, whose bounds are narrower than the parser's.</summary>
    internal SearchView Refused() => this with { Node = null, Fault = new KqlFault(0, Query.Length, KqlError.TooComplex, "") };

    /// <summary>Which events: for the stores. Only of a view that is not wrong.</summary>
    internal EventSearch Search(KqlNode node, DateTimeOffset now) =>
        Last is { } last ? new EventSearch(node, now - last) : new EventSearch(node, From, To?.AddMinutes(1));

    /// <summary>
    /// The address of this view with some values changed; null takes one out. Whatever else changes, a new view starts at its first page.
    /// </summary>
    public string Link(params (string Name, string? Value)[] changes) => LinkTo(ListEvents.Path, changes);

    /// <inheritdoc cref="Link"/>
    public string LinkTo(string path, params (string Name, string? Value)[] changes)
    {
        var values = Names
            .Select(name => KeyValuePair.Create(name, Changed(name)))
            .Where(value => value.Value is { Length: > 0 });
        return path + QueryString.Create(values);

        string? Changed(string name)
        {
            foreach (var (changed, value) in changes)
            {
                if (changed == name)
                {
                    return value;
                }
            }

            return name == "after" ? null : Entered.GetValueOrDefault(name);
        }
    }

    private static ImmutableArray<string> ReadColumns(Dictionary<string, string> entered, List<string> wrong)
    {
        if (!entered.TryGetValue("columns", out var text))
        {
            return DefaultColumns;
        }

        ImmutableArray<string> names = [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct()];
        entered["columns"] = string.Join(',', names);
        if (names.Length is 0 or > MostColumns || names.Any(name => EventFields.Find(name) is null))
        {
            wrong.Add("columns");
            return DefaultColumns;
        }

        return names;
    }
}
