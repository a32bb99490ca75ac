using Backbone.Audit.Contracts.Fields;
using Backbone.Audit.Searching.Kql;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Backbone.Audit.Tests.Searching;

public sealed class KqlParserTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 25, 16, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan China = TimeSpan.FromHours(8);

    [Theory]
    [InlineData("", "all")]
    [InlineData("event.action:sign-in", "event.action=sign-in")]
    [InlineData("event.action:\"sign in\"", "event.action=sign in")]
    [InlineData("event.action:sign-*", "event.action~sign-|")]
    [InlineData("event.action:*in*", "event.action~|in|")]
    [InlineData("event.action:a\\*b", "event.action=a*b")]
    [InlineData("user.id:*", "user.id?")]
    [InlineData("not user.id:*", "!user.id?")]
    [InlineData("event.action:(a or b)", "(event.action=a|event.action=b)")]
    [InlineData("event.action:(a or not b*)", "(event.action=a|!event.action~b|)")]
    [InlineData("event.outcome:failure AND event.action:a or event.action:b", "((event.outcome=failure&event.action=a)|event.action=b)")]
    [InlineData("event.outcome:failure and (event.action:a or event.action:b)", "(event.outcome=failure&(event.action=a|event.action=b))")]
    [InlineData("登录 失败", "(words 登 录&words 失 败)")]
    [InlineData("\"Sign-in failed\"", "words sign in failed")]
    [InlineData("adm*", "words adm*")]
    [InlineData("message:登录失败", "message words 登 录 失 败")]
    [InlineData("http.response.status_code >= 500", "http.response.status_code>=500")]
    [InlineData("http.response.status_code<400", "http.response.status_code<400")]
    [InlineData("event.risk_score > 0.5", "event.risk_score>0.5")]
    [InlineData("destination.ip:10.0.0.0/8", "destination.ip in 10.0.0.0/8")]
    [InlineData("destination.ip:2001:db8::1", "destination.ip=2001:db8::1")]
    [InlineData("@timestamp >= 2026-11-25", "@timestamp>=2026-11-24T16:00:00Z")]
    [InlineData("@timestamp > 2026-11-25", "@timestamp>=2026-11-25T16:00:00Z")]
    [InlineData("@timestamp <= 2026-11-25T10:30+00:00", "@timestamp<2026-11-25T10:31:00Z")]
    [InlineData("@timestamp:2026-11-25", "(@timestamp>=2026-11-24T16:00:00Z&@timestamp<2026-11-25T16:00:00Z)")]
    [InlineData("@timestamp >= now-15m", "@timestamp>=2026-11-25T15:45:00Z")]
    public void A_query_means_what_it_says(string query, string meaning)
    {
        var (node, fault) = KqlParser.Parse(query, Now, China);

        Assert.Null(fault);
        Assert.Equal(meaning, Show(node!));
    }

    [Theory]
    [InlineData("usr.id:x", 0, 6, KqlError.UnknownField, "usr.id → user.id")]
    [InlineData("event.outcome:failure and xyzzy.plugh:1", 26, 11, KqlError.UnknownField, "xyzzy.plugh")]
    [InlineData("(event.action:a", 0, 1, KqlError.OpenParenthesis, "(")]
    [InlineData("event.action:a)", 14, 1, KqlError.UnexpectedToken, ")")]
    [InlineData("event.action:\"a", 13, 1, KqlError.OpenQuote, "\"")]
    [InlineData("event.action:a and", 18, 1, KqlError.MissingCondition, "")]
    [InlineData("event.action:", 13, 1, KqlError.MissingCondition, "")]
    [InlineData("or event.action:a", 0, 2, KqlError.UnexpectedToken, "or")]
    [InlineData("http.response.status_code:many", 26, 4, KqlError.WrongValue, "many")]
    [InlineData("http.response.status_code:5*", 26, 2, KqlError.WrongValue, "5*")]
    [InlineData("@timestamp>=0001-01-01", 12, 10, KqlError.WrongValue, "0001-01-01")]
    [InlineData("@timestamp<9999-12-31T23:59:59", 11, 19, KqlError.WrongValue, "9999-12-31T23:59:59")]
    [InlineData("@timestamp:0001-01-01T00:00:00", 11, 19, KqlError.WrongValue, "0001-01-01T00:00:00")]
    [InlineData("destination.ip:10.0.0.0/99", 15, 11, KqlError.WrongValue, "10.0.0.0/99")]
    [InlineData("@timestamp >= yesterday", 14, 9, KqlError.WrongValue, "yesterday")]
    [InlineData("destination.ip > 10.0.0.1", 15, 1, KqlError.WrongComparison, "destination.ip")]
    [InlineData("message < a", 8, 1, KqlError.WrongComparison, "message")]
    [InlineData("!!!", 0, 3, KqlError.WrongValue, "!!!")]
    public void A_fault_is_named_with_its_place(string query, int position, int length, KqlError error, string token)
    {
        var (node, fault) = KqlParser.Parse(query, Now, China);

        Assert.Null(node);
        Assert.Equal(new KqlFault(position, length, error, token), fault);
    }

    [Fact]
    public void What_is_too_long_or_too_deep_is_refused_before_it_costs_anything()
    {
        Assert.Equal(KqlError.TooLong, KqlParser.Parse(new string('a', KqlParser.LongestQuery + 1), Now, China).Fault!.Error);
        Assert.Equal(KqlError.TooComplex, KqlParser.Parse(new string('(', 1_900), Now, China).Fault!.Error);
        Assert.Equal(KqlError.TooComplex, KqlParser.Parse(string.Join(' ', Enumerable.Repeat("not", 400)), Now, China).Fault!.Error);
        Assert.Equal(KqlError.TooComplex, KqlParser.Parse(string.Join(' ', Enumerable.Repeat("a", 900)), Now, China).Fault!.Error);
    }

    [Fact]
    public void What_nests_deeper_than_every_store_takes_is_refused_however_it_is_written()
    {
        Assert.Null(KqlParser.Parse(EventIndexContract.Nested(KqlParser.MostLevels), Now, China).Fault);
        var deeper = EventIndexContract.Nested(KqlParser.MostLevels + 1);
        Assert.Equal(new KqlFault(0, deeper.Length, KqlError.TooComplex, ""), KqlParser.Parse(deeper, Now, China).Fault);
        Assert.Null(KqlParser.Parse(new string('(', 20) + "a" + new string(')', 20), Now, China).Fault);
    }

    [Property(MaxTest = 3_000)]
    public Property Whatever_is_typed_gives_a_condition_or_a_fault_inside_the_query()
    {
        var pieces = Gen.Elements(
            "event.action", "message", "@timestamp", "destination.ip", ":", "(", ")", "\"", "\\", "*", " ", "and", "or", "not", "<", ">=", "登录", "a", "2026-11-25", "/", "\ud800");
        var queries = pieces.ArrayOf().Select(parts => string.Concat(parts));
        return Prop.ForAll(queries.ToArbitrary(), query =>
        {
            var (node, fault) = KqlParser.Parse(query, Now, China);
            Assert.True(node is null != fault is null);
            Assert.True(fault is null || (fault.Position >= 0 && fault.Position <= query.Length && fault.Length > 0));
        });
    }

    [Fact]
    public void Fields_stand_once_in_order_and_no_field_is_another_ones_object()
    {
        var names = EventFields.All.Select(field => field.Name).ToList();

        Assert.Equal(names.Order(StringComparer.Ordinal).Distinct(StringComparer.Ordinal), names);
        Assert.DoesNotContain(names, name => names.Exists(other => other.StartsWith(name + ".", StringComparison.Ordinal)));
    }

    private static string Show(KqlNode node) => node switch
    {
        KqlAll => "all",
        KqlAnd and => $"({string.Join('&', and.Parts.Select(Show))})",
        KqlOr or => $"({string.Join('|', or.Parts.Select(Show))})",
        KqlNot not => "!" + Show(not.Part),
        KqlExists exists => exists.Field.Name + "?",
        KqlEquals equals => $"{equals.Field.Name}={Show(equals.Value)}",
        KqlWildcard wildcard => $"{wildcard.Field.Name}~{string.Join('|', wildcard.Parts)}",
        KqlNetwork network => $"{network.Field.Name} in {network.Network}",
        KqlWords words => $"{(words.Field is null ? "" : words.Field.Name + " ")}words {string.Join(' ', words.Words)}{(words.LastIsPrefix ? "*" : "")}",
        KqlRange range => range.Field.Name + range.Comparison switch
        {
            KqlComparison.Less => "<",
            KqlComparison.LessOrEqual => "<=",
            KqlComparison.Greater => ">",
            _ => ">=",
        } + Show(range.Bound),
        _ => throw new InvalidOperationException(node.GetType().Name),
    };

    private static string Show(KqlValue value) => FormattableString.Invariant(
        $"{value.Text}{value.Number}{value.Real}{value.Truth}{value.Time:yyyy-MM-ddTHH:mm:ssZ}{value.Address}");
}
