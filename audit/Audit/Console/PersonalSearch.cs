using System.Buffers.Text;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Backbone.Audit.Contracts;
using Backbone.Audit.Contracts.Fields;
using Backbone.Audit.Events;
using Backbone.Audit.Privacy;
using Backbone.Audit.Searching;
using Backbone.Audit.Searching.Kql;

namespace Backbone.Audit.Console;

/// <summary>
/// Searches about a person: which they are, and how a value typed in clear finds its commitment. The log holds addresses and names only as
/// commitments; without this a member of staff with an address in hand would find nothing.
/// </summary>
internal static class PersonalSearch
{
    /// <summary>So many digits of a residents' or mobile number leave few persons; the six that begin the former say only a district.</summary>
    private const int NumberOfPerson = 7;

    /// <summary>Fields that lead to one person (what a colleague searched for among them), beside every field whose value is personal itself.</summary>
    private static readonly FrozenSet<string> Ids = FrozenSet.ToFrozenSet(
        [
            "auth.session.id", "auth.subject", "related.user", "resource.query", "subject.id", "subject.key", "user.changes.id", "user.effective.id",
            "user.hash", "user.id", "user.target.id",
        ],
        StringComparer.Ordinal);

    /// <summary>True when the search picks events by who somebody is: then it needs a purpose.</summary>
    public static bool IsAbout(KqlNode node) => node switch
    {
        KqlAnd and => and.Parts.Any(IsAbout),
        KqlOr or => or.Parts.Any(IsAbout),
        KqlNot not => IsAbout(not.Part),
        KqlEquals { Value.Text: { } text } equals => IsPersonal(equals.Field) || IsCommitment(text) || Names(text, isPart: false),
        KqlEquals equals => IsPersonal(equals.Field),
        KqlWildcard wildcard => IsPersonal(wildcard.Field) || Names(string.Concat(wildcard.Parts), isPart: true),
        KqlRange { Bound.Text: { } text } range => IsPersonal(range.Field) || Names(text, isPart: true),
        KqlRange range => IsPersonal(range.Field),

        // Free words are looked for in every value, the ids of persons among them.
        KqlWords words => words.Field is null || IsPersonal(words.Field),
        _ => false,
    };

    /// <summary>
    /// Looks for the commitments, under every key there has been, where a personal value was typed in clear: in fields that hold commitments
    /// alone, and, beside what was typed, in all others, where the intake put one in place of what a person is known by.
    /// </summary>
    public static KqlNode Committed(KqlNode node, PrivacyKeys keys) => node switch
    {
        KqlAnd and => new KqlAnd([.. and.Parts.Select(part => Committed(part, keys))]),
        KqlOr or => new KqlOr([.. or.Parts.Select(part => Committed(part, keys))]),
        KqlNot not => new KqlNot(Committed(not.Part, keys)),
        KqlEquals { Field.Privacy: Contracts.Fields.Privacy.Committed, Value.Text: { } text } equals
            when !text.StartsWith("hmac:", StringComparison.Ordinal) => AnyOf(equals.Field, keys, text),
        KqlEquals { Field.Privacy: not Contracts.Fields.Privacy.Committed, Value.Text: { } text } equals => Or(
            equals,
            Scrubbed(text, equals.Field.Privacy == Contracts.Fields.Privacy.Scrubbed, keys).Select(one => equals with { Value = new KqlValue { Text = one } })),
        KqlWords { Raw: { } raw } words => Or(words, Scrubbed(raw, free: true, keys).Select(one => words with { Raw = one, Words = SearchText.Words(one) })),
        _ => node,
    };

    /// <summary>
    /// True when a value of the field may stand as it was typed in an event that nobody can take back: it says of nobody who they are.
    /// </summary>
    /// <param name="field">Where it was looked for.</param>
    /// <param name="value">What was typed.</param>
    /// <param name="isPart">It is a bound, or has anything before, behind or between: half a number says nearly as much as the whole.</param>
    public static bool MayBeTold(EventField field, string value, bool isPart) =>
        IsCommitment(value)
        || (IsPersonal(field)
            ? field.Privacy == Contracts.Fields.Privacy.Clear && Guid.TryParseExact(value, "D", out _)
            : !Names(value, isPart) && !Names(value.Replace("*", "", StringComparison.Ordinal), isPart));

    private static KqlNode AnyOf(EventField field, PrivacyKeys keys, string text)
    {
        var (kind, value) = EventPrivacy.CommittedAs(field.Name, text);
        ImmutableArray<KqlNode> commitments = [.. keys.AllOf(kind, value).Select(one => new KqlEquals(field, new KqlValue { Text = one }))];
        return commitments.Length == 1 ? commitments[0] : new KqlOr(commitments);
    }

    private static KqlNode Or(KqlNode typed, IEnumerable<KqlNode> others)
    {
        ImmutableArray<KqlNode> all = [typed, .. others];
        return all.Length == 1 ? typed : new KqlOr(all);
    }

    /// <summary>What the intake made of the text under each key; nothing when it would leave it as it is.</summary>
    private static IEnumerable<string> Scrubbed(string text, bool free, PrivacyKeys keys) =>
        PersonalText.Find(text, free).Count == 0 ? [] : keys.Epochs.Select(epoch => PersonalText.Scrub(text, free, epoch));

    /// <summary>True when what a person is known by is in the text; of a part, already when it could begin or end such a thing.</summary>
    private static bool Names(string text, bool isPart) =>
        PersonalText.Find(text, free: true).Count > 0 || isPart && (text.AsSpan().IndexOfAny('@', '＠') >= 0 || LongestNumber(text) >= NumberOfPerson);

    private static int LongestNumber(string text)
    {
        var (longest, length) = (0, 0);
        foreach (var c in text)
        {
            length = char.IsDigit(c) ? length + 1 : 0;
            longest = Math.Max(longest, length);
        }

        return longest;
    }

    /// <summary>True of a commitment as this log makes them, and of nothing that only begins so.</summary>
    private static bool IsCommitment(string text) =>
        text.Split(':') is ["hmac", var epoch, var mac] && epoch.Length is > 0 and <= 9 && epoch.All(char.IsAsciiDigit)
        && Base64Url.IsValid(mac, out var length) && length == HMACSHA256.HashSizeInBytes;

    /// <summary>True when the field's value says, or leads to, who somebody is.</summary>
    public static bool IsPersonal(EventField field) => field.Privacy != Contracts.Fields.Privacy.Clear || Ids.Contains(field.Name);
}
