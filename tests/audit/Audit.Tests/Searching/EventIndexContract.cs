using Backbone.Audit.Searching;
using Backbone.Audit.Searching.Kql;

namespace Backbone.Audit.Tests.Searching;

/// <summary>
/// What every store of <see cref="IEventIndex"/> promises. Each implementation runs the whole suite on the real thing. Fixed here, since two
/// stores must agree: times compare in whole milliseconds (the rest is cut off); an IPv4 address is its mapped IPv6 address; keywords over
/// 1,024 UTF-16 units are found by their words only; event.sequence and event.hash are added by the projection; values of a facet are in
/// the field's own order where counts are equal.
/// </summary>
public abstract partial class EventIndexContract
{
    private protected static readonly DateTimeOffset Now = new(2026, 11, 25, 16, 0, 0, TimeSpan.Zero);
    private protected static readonly TimeSpan China = TimeSpan.FromHours(8);

    /// <summary>A store that holds exactly these leaves, from index 0 on, all of them visible.</summary>
    private protected abstract Task<IEventIndex> IndexOfAsync(IEnumerable<string> leaves);

    /// <summary>Appends to a store that <see cref="IndexOfAsync"/> gave; returns once a search sees them.</summary>
    private protected abstract Task AddAsync(IEventIndex index, IEnumerable<string> leaves);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private static KqlNode Parse(string query)
    {
        var (node, fault) = KqlParser.Parse(query, Now, China);
        return node ?? throw new InvalidOperationException($"{query}: {fault}");
    }

    private static async Task<string> FoundAsync(IEventIndex index, string query)
    {
        var page = await index.FindAsync(new EventSearch(Parse(query)), new PageRequest(PageRequest.MostRows, NewestFirst: false), Cancelled);
        return string.Join(' ', page.Events.Select(found => found.Index).Order());
    }

    /// <summary>Each query with the indexes it finds, in order; all that differ are told at once.</summary>
    private async Task FindsAsync(IEnumerable<string> leaves, params (string Query, string Found)[] expected)
    {
        var index = await IndexOfAsync(leaves);
        List<string> wrong = [];
        foreach (var (query, wanted) in expected)
        {
            var found = await FoundAsync(index, query);
            if (found != wanted)
            {
                wrong.Add($"{query}: [{wanted}] wanted, [{found}] found");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public Task Keywords_compare_whole_and_by_case() => FindsAsync(
        [
            SampleLeaf.At(0, ("event.action", "sign-in"), ("event.reason", "")),
            SampleLeaf.At(1, ("event.action", "Sign-In")),
            SampleLeaf.At(2, ("event.action", "sign-in-again")),
            SampleLeaf.At(3, ("event.action", "登录")),
        ],
        ("", "0 1 2 3"),
        ("event.action:sign-in", "0"),
        ("event.action:Sign-In", "1"),
        ("event.action:sign", ""),
        ("event.action:登录", "3"),
        ("event.action:(sign-in or 登录)", "0 3"),
        ("event.reason:\"\"", "0"));

    [Fact]
    public Task Values_that_mean_something_to_a_store_are_values() => FindsAsync(
        [
            SampleLeaf.At(0, ("resource.name", "100%")),
            SampleLeaf.At(1, ("resource.name", "100")),
            SampleLeaf.At(2, ("resource.name", "a_b")),
            SampleLeaf.At(3, ("resource.name", "axb")),
            SampleLeaf.At(4, ("resource.name", "a*b")),
            SampleLeaf.At(5, ("resource.name", @"a\b")),
            SampleLeaf.At(6, ("resource.name", "'; drop table newest; --")),
            SampleLeaf.At(7, ("resource.name", "say \"hi\"\n{}[]$?")),
            SampleLeaf.At(8, ("resource.name", "𠮷野家 😀")),
            SampleLeaf.At(9, ("resource.name", "a?b")),
        ],
        ("resource.name:100%", "0"),
        ("resource.name:10*%", "0"),
        ("resource.name:a_b", "2"),
        ("resource.name:a_*", "2"),
        (@"resource.name:a\*b", "4"),
        (@"resource.name:a\**", "4"),
        ("resource.name:a*b", "2 3 4 5 9"),
        (@"resource.name:a\\b", "5"),
        (@"resource.name:a\\*", "5"),
        ("resource.name:a?*", "9"),
        ("resource.name:\"'; drop table newest; --\"", "6"),
        ("resource.name:*drop*", "6"),
        ("resource.name:\"𠮷野家 😀\"", "8"),
        ("resource.name:*😀", "8"),
        ("resource.name:*{}*", "7"),
        ("resource.name:*\\\"hi*", "7"));

    [Fact]
    public Task A_wildcard_wants_its_parts_in_order_and_not_on_top_of_each_other() => FindsAsync(
        [
            SampleLeaf.At(0, ("event.action", "abcab"), ("user.roles", (string[])["clerk", "reader-a"])),
            SampleLeaf.At(1, ("event.action", "ab"), ("user.roles", (string[])["reader"])),
            SampleLeaf.At(2, ("event.action", "xxabxx")),
            SampleLeaf.At(3, ("event.action", "aab")),
            SampleLeaf.At(4, ("event.action", "a")),
        ],
        ("event.action:ab*", "0 1"),
        ("event.action:*ab", "0 1 3"),
        ("event.action:*ab*", "0 1 2 3"),
        ("event.action:ab*ab", "0"),
        ("event.action:a*a", ""),
        ("event.action:a*b", "0 1 3"),
        ("event.action:*c*b", "0"),
        ("event.action:*b*c*", "0"),
        ("user.roles:read*", "0 1"),
        ("user.roles:*-a", "0"),
        ("user.roles:c*-a", ""),
        ("not user.roles:read*", "2 3 4"));

    [Fact]
    public Task A_list_matches_if_any_of_its_values_does() => FindsAsync(
        [
            SampleLeaf.At(0, ("event.category", (string[])["authentication", "session"]), ("tags", (string[])["b", "b"])),
            SampleLeaf.At(1, ("event.category", (string[])["iam"]), ("tags", (string[])["a", "z"])),
            SampleLeaf.At(2, ("event.category", (string[])[])),
            SampleLeaf.At(3),
        ],
        ("event.category:session", "0"),
        ("event.category:(session or iam)", "0 1"),
        ("event.category:session and event.category:authentication", "0"),
        ("event.category:*", "0 1"),
        ("not event.category:iam", "0 2 3"),
        ("tags > m", "1"),
        ("tags > a and tags < z", "0 1"),
        ("tags >= z", "1"));

    [Fact]
    public Task Keywords_have_the_order_of_their_bytes() => FindsAsync(
        [
            SampleLeaf.At(0, ("resource.id", "A")), SampleLeaf.At(1, ("resource.id", "a")), SampleLeaf.At(2, ("resource.id", "aa")),
            SampleLeaf.At(3, ("resource.id", "\uFFFD")), SampleLeaf.At(4, ("resource.id", "😀")), SampleLeaf.At(5),
        ],
        ("resource.id < a", "0"),
        ("resource.id <= a", "0 1"),
        ("resource.id > a", "2 3 4"),
        ("resource.id >= \uFFFD", "3 4"),
        ("resource.id > \uFFFD", "4"));

    [Fact]
    public Task Numbers_compare_as_numbers() => FindsAsync(
        [
            SampleLeaf.At(0, ("http.response.status_code", 200), ("event.risk_score", 0.5)),
            SampleLeaf.At(1, ("http.response.status_code", 404), ("event.risk_score", 10)),
            SampleLeaf.At(2, ("http.response.status_code", 99), ("event.risk_score", -3.25)),
            SampleLeaf.At(3, ("file.size", long.MaxValue)),
            SampleLeaf.At(4, ("file.size", long.MaxValue - 1)),
            SampleLeaf.At(5, ("file.size", -1)),
        ],
        ("http.response.status_code:404", "1"),
        ("http.response.status_code > 99", "0 1"),
        ("http.response.status_code < 200", "2"),
        ("http.response.status_code >= 200 and http.response.status_code <= 404", "0 1"),
        ("http.response.status_code:*", "0 1 2"),
        ("not http.response.status_code < 200", "0 1 3 4 5"),
        ("event.risk_score:0.5", "0"),
        ("event.risk_score:10", "1"),
        ("event.risk_score < 0", "2"),
        ("event.risk_score >= 0.5", "0 1"),
        ("file.size:9223372036854775807", "3"),
        ("file.size > 9223372036854775806", "3"),
        ("file.size < 0", "5"));

    [Fact]
    public Task Dates_are_days_of_the_readers_zone_and_compare_by_milliseconds() => FindsAsync(
        [
            SampleLeaf.Of(("@timestamp", "2026-11-24T15:59:59.9999999Z")),
            SampleLeaf.Of(("@timestamp", "2026-11-24T16:00:00.0000000Z")),
            SampleLeaf.Of(("@timestamp", "2026-11-25T15:59:59.9999999Z"), ("event.end", "2026-11-25T10:00:00.1239999Z")),
            SampleLeaf.Of(("@timestamp", "2026-11-25T16:00:00.0000000Z"), ("event.end", "2026-11-25T10:00:00.1240000Z")),
        ],
        ("@timestamp:2026-11-25", "1 2"),
        ("@timestamp < 2026-11-25", "0"),
        ("@timestamp <= 2026-11-25", "0 1 2"),
        ("@timestamp > 2026-11-25", "3"),
        ("@timestamp >= 2026-11-25T00:00", "1 2 3"),
        ("@timestamp >= now-24h", "1 2 3"),
        ("@timestamp:2026-11", "0 1 2 3"),
        ("event.end:\"2026-11-25T10:00:00.123Z\"", "2"),
        ("event.end > \"2026-11-25T10:00:00.123Z\"", "3"),
        ("event.end <= \"2026-11-25T10:00:00.1235Z\"", "2"),
        ("event.end:*", "2 3"),
        ("not event.end:2026-11-25", "0 1"));

    [Fact]
    public Task Addresses_are_found_by_value_and_by_network() => FindsAsync(
        [
            SampleLeaf.At(0, ("destination.ip", "10.0.0.1")),
            SampleLeaf.At(1, ("destination.ip", "10.1.255.255")),
            SampleLeaf.At(2, ("destination.ip", "11.0.0.0")),
            SampleLeaf.At(3, ("destination.ip", "2001:db8::1")),
            SampleLeaf.At(4, ("destination.ip", "2001:db8:ffff::")),
            SampleLeaf.At(5, ("server.ip", "10.0.0.1")),
        ],
        ("destination.ip:10.0.0.1", "0"),
        ("destination.ip:10.0.0.0/8", "0 1"),
        ("destination.ip:10.0.0.0/15", "0 1"),
        ("destination.ip:10.0.0.0/16", "0"),
        ("destination.ip:0.0.0.0/0", "0 1 2"),
        ("destination.ip:2001:db8::1", "3"),
        ("destination.ip:\"2001:0db8:0:0::1\"", "3"),
        ("destination.ip:\"2001:db8::/48\"", "3"),
        ("destination.ip:\"2001:db8::/32\"", "3 4"),
        ("destination.ip:*", "0 1 2 3 4"),
        ("not destination.ip:10.0.0.0/8", "2 3 4 5"));

    [Fact]
    public Task Not_takes_what_has_no_value_and_and_binds_closer_than_or() => FindsAsync(
        [
            SampleLeaf.At(0, ("event.outcome", "success"), ("event.action", "a")),
            SampleLeaf.At(1, ("event.outcome", "failure"), ("event.action", "a")),
            SampleLeaf.At(2, ("event.outcome", "failure"), ("event.action", "b")),
            SampleLeaf.At(3, ("event.action", "b")),
        ],
        ("not event.outcome:success", "1 2 3"),
        ("not event.outcome:*", "3"),
        ("not not event.outcome:success", "0"),
        ("not (event.outcome:failure and event.action:b)", "0 1 3"),
        ("not (event.outcome:failure or event.action:b)", "0"),
        ("not (event.outcome:failure or not event.action:b)", "3"),
        ("event.action:a and event.outcome:success or event.action:b", "0 2 3"),
        ("event.action:a and (event.outcome:success or event.action:b)", "0"));

    /// <summary>A query with so many levels of "and" and "or": true of what has the action b and of nothing else with an action.</summary>
    internal static string Nested(int levels) =>
        levels == 0 ? "event.action:b" : levels % 2 == 0 ? $"(event.action:a or {Nested(levels - 1)})" : $"(event.action:* and {Nested(levels - 1)})";

    [Fact]
    public async Task The_deepest_query_that_is_accepted_is_answered_also_with_what_is_put_around_it()
    {
        var index = await IndexOfAsync([SampleLeaf.At(0, ("event.action", "b")), SampleLeaf.At(1), SampleLeaf.At(2, ("event.action", "c"))]);
        var deepest = Parse(Nested(KqlParser.MostLevels));

        // As the live view asks, of which one condition has become several.
        var node = new KqlAnd([new KqlOr([deepest, Parse("event.action:none")]), Parse("event.sequence >= 0")]);
        var page = await index.FindAsync(new EventSearch(node, Now.AddYears(-1)), new PageRequest(10), Cancelled);

        Assert.Equal([0L], page.Events.Select(found => found.Index));
    }

    [Fact]
    public async Task Sequence_and_hash_are_added_by_the_store()
    {
        string[] leaves = [SampleLeaf.At(0, ("event.action", "a")), SampleLeaf.At(1, ("event.action", "b")), SampleLeaf.At(2)];
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData([0, .. System.Text.Encoding.UTF8.GetBytes(leaves[1])]));
        await FindsAsync(leaves, ("event.sequence:1", "1"), ("event.sequence >= 1", "1 2"), ($"event.hash:{hash}", "1"), ($"event.hash:{hash[..8]}*", "1"));
    }

    [Fact]
    public Task A_word_longer_than_a_cluster_keeps_is_cut_at_the_same_place_in_every_store() => FindsAsync(
        [
            SampleLeaf.At(0, ("message", new string('a', 300) + " b")), SampleLeaf.At(1, ("message", new string('A', 255))),
            SampleLeaf.At(2, ("message", "é" + new string('a', 299))), SampleLeaf.At(3, ("message", new string('a', 254) + "𐐀a")),
        ],
        (new string('a', 300), "0"),
        (new string('a', 255), "0 1"),
        (new string('a', 270) + "*", "0"),
        (new string('a', 45) + " b", "0"),
        (new string('a', 44), ""),
        ("é" + new string('a', 254), "2"),
        (new string('a', 254), "3"),
        ("𐐨a", "3"));

    [Fact]
    public Task A_keyword_too_long_to_compare_is_found_by_its_words() => FindsAsync(
        [
            SampleLeaf.At(0, ("resource.name", new string('x', 1_020) + " end")), SampleLeaf.At(1, ("resource.name", new string('x', 1_021) + " end")),
        ],
        ("resource.name:*end", "0"),
        ("resource.name:*", "0"),
        ("end", "0 1"));
}
