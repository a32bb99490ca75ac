using System.Collections.Frozen;
using System.Collections.Immutable;
using Backbone.Audit.Contracts;
using Backbone.Audit.Contracts.Fields;
using Backbone.Audit.Events;
using Backbone.Audit.Privacy;
using Backbone.Audit.Searching.Kql;

namespace Backbone.Audit.Console;

/// <summary>
/// Searches about a person: which they are, and how a value typed in clear finds its commitment. The log holds addresses and names only as
/// commitments; without this a member of staff with an address in hand would find nothing.
/// </summary>
internal static class PersonalSearch
{
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
        KqlEquals equals => IsPersonal(equals.Field),
        KqlWildcard wildcard => IsPersonal(wildcard.Field),
        KqlRange range => IsPersonal(range.Field),

        // Free words are looked for in every value, the ids of persons among them.
        KqlWords words => words.Field is null || IsPersonal(words.Field),
        _ => false,
    };

    /// <summary>Looks for the commitments, under every key there has been, where a personal value was typed in clear.</summary>
    public static KqlNode Committed(KqlNode node, PrivacyKeys keys) => node switch
    {
        KqlAnd and => new KqlAnd([.. and.Parts.Select(part => Committed(part, keys))]),
        KqlOr or => new KqlOr([.. or.Parts.Select(part => Committed(part, keys))]),
        KqlNot not => new KqlNot(Committed(not.Part, keys)),
        KqlEquals { Field.Privacy: Contracts.Fields.Privacy.Committed, Value.Text: { } text } equals
            when !text.StartsWith("hmac:", StringComparison.Ordinal) => AnyOf(equals.Field, keys, text),
        _ => node,
    };

    private static KqlNode AnyOf(EventField field, PrivacyKeys keys, string text)
    {
        var (kind, value) = EventPrivacy.CommittedAs(field.Name, text);
        ImmutableArray<KqlNode> commitments = [.. keys.AllOf(kind, value).Select(one => new KqlEquals(field, new KqlValue { Text = one }))];
        return commitments.Length == 1 ? commitments[0] : new KqlOr(commitments);
    }

    /// <summary>True when the field's value says, or leads to, who somebody is.</summary>
    public static bool IsPersonal(EventField field) => field.Privacy != Contracts.Fields.Privacy.Clear || Ids.Contains(field.Name);
}
