using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Backbone.Credit.Packs;
using Backbone.Credit.Scoring.Explaining;

namespace Backbone.Credit.Reports;

/// <summary>
/// SHA-256 over everything a score depends on, a line each: pack, purpose, day, and each fact as the kernel reads it, by id. Two scores of one
/// digest are one score.
/// </summary>
internal static class DigestInput
{
    public static string Of(PackInForce pack, ScoreQuestion question, ImmutableArray<NamedFact> facts)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"pack {pack.Digest}\npurpose {question.Purpose}\nvalid {question.ValidOn:O}\n");
        foreach (var (id, fact) in facts.OrderBy(fact => fact.Id, StringComparer.Ordinal).Select(fact => (fact.Id, fact.Fact)))
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"fact {id} {fact.Type} {(int)fact.Class} {(int)fact.Flags} {fact.Decided.Number} {fact.From.Number} {fact.Until.Number} {fact.Quantity}\n");
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
