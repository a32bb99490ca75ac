using System.Globalization;
using System.Net;
using System.Text.Json;
using Backbone.Audit.Contracts.Fields;
using Backbone.Audit.Searching;
using Backbone.Audit.Searching.Kql;

namespace Backbone.Audit.Tests.Searching;

/// <summary>Events and conditions over a small world, so that they meet often. The same seed gives the same ones.</summary>
internal sealed class RandomEvents(int seed)
{
    private static readonly string[] Words =
        ["登录", "失败", "用户", "录失", "sign", "Sign-in", "FAILED", "twice", "Éva", "e\u0301va", "a1", "𠮷野", "10%", "a_b", "x*y", "it's", "\"q\"", @"b\c", "末\n尾", "😀 ok", "登 录"];

    private static readonly string[] Addresses = ["10.0.0.1", "10.0.1.1", "192.168.0.9", "2001:db8::1", "2001:db8:1::2", "::1"];
    private static readonly string[] Networks = ["10.0.0.0/24", "10.0.0.0/8", "0.0.0.0/0", "2001:db8::/32", "2001:db8:1::/48", "::/0", "192.168.0.9/32"];
    private static readonly string[] Keywords = ["event.action", "event.outcome", "resource.name", "user.id"];
    private static readonly string[] Lists = ["event.category", "user.roles", "tags"];
    private static readonly string[] Texts = ["message", "error.message", "purpose.text"];
    private static readonly string[] Numbers = ["http.response.status_code", "file.size", "resource.count"];
    private static readonly string[] Dates = ["@timestamp", "event.end"];
    private static readonly long[] Wholes = [long.MinValue, -1, 0, 1, 99, 200, 404, 404, long.MaxValue];
    private static readonly double[] Reals = [-2.5, 0, 0.25, 1, 99.5];
    private readonly Random random = new(seed);

    /// <summary>Fields that a facet or a split may be asked of.</summary>
    public static IReadOnlyList<EventField> Counted { get; } =
        [.. Keywords.Concat(Lists).Concat(Numbers).Concat(Dates).Append("event.risk_score").Append("destination.ip").Select(name => EventFields.Find(name)!)];

    public int Below(int most) => random.Next(most);

    public bool OneIn(int times) => random.Next(times) == 0;

    public T Any<T>(IReadOnlyList<T> from) => from[random.Next(from.Count)];

    public string Leaf()
    {
        List<(string, object)> fields = [("@timestamp", Time())];
        Some(Keywords, () => Any(Words));
        Some(Lists, () => Enumerable.Range(0, random.Next(4)).Select(_ => Any(Words)).ToArray());
        Some(Texts, Text);
        Some(Numbers, () => Any(Wholes));
        Some(["event.end"], Time);
        Some(["event.risk_score"], () => Any(Reals));
        Some(["destination.ip"], () => Any(Addresses));
        return SampleLeaf.Of([.. fields]);

        void Some(string[] names, Func<object> value) => fields.AddRange(names.Where(_ => OneIn(2)).Select(name => (name, value())));
    }

    public EventSearch Search()
    {
        var condition = OneIn(8) ? new KqlAll() : Condition(3);
        return new EventSearch(condition, OneIn(3) ? Instant() : null, OneIn(3) ? Instant() : null);
    }

    private KqlNode Condition(int depth) => (depth == 0 ? 3 : random.Next(8)) switch
    {
        0 => new KqlAnd([.. Enumerable.Range(0, 2 + random.Next(2)).Select(_ => Condition(depth - 1))]),
        1 => new KqlOr([.. Enumerable.Range(0, 2 + random.Next(2)).Select(_ => Condition(depth - 1))]),
        2 => new KqlNot(Condition(depth - 1)),
        _ => Simple(),
    };

    private KqlNode Simple()
    {
        var word = Any(Keywords.Concat(Lists).ToArray());
        var keyword = EventFields.Find(word)!;
        var number = EventFields.Find(Any(Numbers))!;
        var date = EventFields.Find(Any(Dates))!;
        var real = EventFields.Find("event.risk_score")!;
        var address = EventFields.Find("destination.ip")!;
        return random.Next(12) switch
        {
            0 => new KqlExists(Any(Counted)),
            1 or 2 => new KqlEquals(keyword, new KqlValue { Text = Any(Words) }),
            3 => new KqlWildcard(keyword, Pieces()),
            4 => new KqlRange(keyword, Comparison(), new KqlValue { Text = Any(Words) }),
            5 => OneIn(2) ? new KqlEquals(number, new KqlValue { Number = Any(Wholes) }) : new KqlRange(number, Comparison(), new KqlValue { Number = Any(Wholes) }),
            6 => OneIn(2) ? new KqlEquals(real, new KqlValue { Real = Any(Reals) }) : new KqlRange(real, Comparison(), new KqlValue { Real = Any(Reals) }),
            7 => OneIn(3) ? new KqlEquals(date, new KqlValue { Time = Instant() }) : new KqlRange(date, Comparison(), new KqlValue { Time = Instant() }),
            8 => OneIn(3)
                ? new KqlEquals(address, new KqlValue { Address = IPAddress.Parse(Any(Addresses)) })
                : new KqlNetwork(address, IPNetwork.Parse(Any(Networks))),
            9 => Phrase(EventFields.Find(Any(Texts))),
            _ => Phrase(null),
        };
    }

    private KqlWords Phrase(EventField? field)
    {
        while (true)
        {
            var words = SearchText.Words(OneIn(3) ? Text() : Any(Words));
            var start = random.Next(words.Length);
            words = [.. words.Skip(start).Take(1 + random.Next(3))];
            if (words.Length > 0)
            {
                return OneIn(3) ? new KqlWords(field, [.. words[..^1], Begin(words[^1])], LastIsPrefix: true) : new KqlWords(field, words);
            }
        }

        string Begin(string word) => word.EnumerateRunes().Take(1 + random.Next(2)).Aggregate("", (text, rune) => text + rune);
    }

    private System.Collections.Immutable.ImmutableArray<string> Pieces()
    {
        while (true)
        {
            var runes = Any(Words).EnumerateRunes().Select(rune => OneIn(2) ? "*" : rune.ToString());
            var parts = string.Concat(runes.Prepend(OneIn(2) ? "*" : "")).Split('*');
            if (parts.Length > 1 && parts.Any(part => part.Length > 0))
            {
                return [parts[0], .. parts[1..^1].Where(part => part.Length > 0), parts[^1]];
            }
        }
    }

    private KqlComparison Comparison() => (KqlComparison)random.Next(4);

    private string Text() => string.Join(Any([" ", "", ", "]), Enumerable.Range(0, 1 + random.Next(5)).Select(_ => Any(Words)));

    /// <summary>Few seconds and a few odd ticks, so that ties and cut-off milliseconds are common.</summary>
    private DateTimeOffset Instant() => SampleLeaf.Start.AddSeconds(random.Next(-3, 40)).AddTicks(Any([0L, 0, 0, 1, 9_999, 10_000, 5_000_000]));

    private string Time() => Instant().ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);

    /// <summary>A condition as it can be read in the message of a failed test.</summary>
    public static string Show(object? part) => part switch
    {
        KqlAnd and => $"({string.Join(" & ", and.Parts.Select(Show))})",
        KqlOr or => $"({string.Join(" | ", or.Parts.Select(Show))})",
        KqlNot not => $"!{Show(not.Part)}",
        KqlWildcard wildcard => $"{wildcard.Field.Name}~{JsonEncodedText.Encode(string.Join('*', wildcard.Parts))}",
        KqlWords words => $"{words.Field?.Name}[{JsonEncodedText.Encode(string.Join(' ', words.Words))}{(words.LastIsPrefix ? "*" : "")}]",
        _ => $"{part}",
    };
}
