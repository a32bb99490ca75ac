using System.Buffers;
using System.Globalization;
using Backbone.Credit.Catalogue;
using Backbone.Credit.Packs;
using Backbone.Credit.PriorNotices;
using Backbone.Credit.Scoring.Explaining;
using Backbone.Credit.Scoring.Facts;
using Backbone.Platform.Json;

namespace Backbone.Credit.Reports;

/// <summary>
/// A grade and a report as a program gets them: canonical bytes (RFC 8785), the same for the same question and knowledge. What a stranger may not see
/// is left out: facts that were repaired, withdrawn, excluded or whose time is over leave no trace, and of those that count but are not published
/// nothing stands there but what they brought.
/// </summary>
internal static class WriteReport
{
    /// <param name="asked">What was asked, where the answer is an earlier one; else null.</param>
    public static byte[] Grade(ScoredEntity scored, AskedFor? asked)
    {
        var output = new ArrayBufferWriter<byte>(512);
        var json = new CanonicalJson(output);
        json.Raw("{"u8);
        Asked(json, asked);
        json.Raw("\"entity\":"u8);
        json.Text(scored.Entity.ToString());
        json.Raw(",\"grade\":"u8);
        json.Text(scored.Answer.Grade);
        Named(json, ",\"inputDigest\":"u8, scored.InputDigest);
        Named(json, ",\"known\":"u8, KnowledgeTime.Write(scored.Known));
        if (scored.Answer.NextChange is { } next)
        {
            Named(json, ",\"nextChange\":"u8, next.ToString("O", CultureInfo.InvariantCulture));
        }

        Pack(json, scored.Pack);
        json.Raw(",\"points\":"u8);
        json.Number(scored.Answer.Points);
        Named(json, ",\"purpose\":"u8, scored.Answer.Purpose);
        Named(json, ",\"validOn\":"u8, scored.Answer.ValidOn.ToString("O", CultureInfo.InvariantCulture));
        json.Raw("}"u8);
        return output.WrittenSpan.ToArray();
    }

    public static byte[] Report(ScoredEntity scored, AskedFor? asked, FactCatalogue catalogue)
    {
        var answer = ForOthers(scored.Answer);
        var output = new ArrayBufferWriter<byte>(4096);
        var json = new CanonicalJson(output);
        json.Raw("{\"answer\":"u8);
        output.Write(WriteAnswer.ToCanonicalBytes(answer));
        json.Raw(","u8);
        Asked(json, asked);
        Named(json, "\"entity\":"u8, scored.Entity.ToString());
        json.Raw(",\"facts\":["u8);
        var counted = answer.Contributions.SelectMany(contribution => contribution.Facts).Concat(answer.Bounds.SelectMany(bound => bound.Facts))
            .Select(fact => fact.Id).ToHashSet(StringComparer.Ordinal);
        var first = true;
        foreach (var fact in scored.Read.Where(fact => counted.Contains(fact.Id.ToString("D"))).OrderBy(fact => fact.Id.ToString("D"), StringComparer.Ordinal))
        {
            var type = catalogue.Find(fact.Content.Type)!;
            if (IsShown(fact, type, catalogue, scored.Answer.ValidOn))
            {
                json.Raw(first ? ""u8 : ","u8);
                Fact(json, fact, type);
                first = false;
            }
        }

        Named(json, "],\"inputDigest\":"u8, scored.InputDigest);
        Named(json, ",\"known\":"u8, KnowledgeTime.Write(scored.Known));
        Pack(json, scored.Pack);
        Rules(json, answer, scored);
        json.Raw("}"u8);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>The answer holds for an earlier day than was asked for: that of the grade that is published.</summary>
    private static void Asked(CanonicalJson json, AskedFor? asked)
    {
        if (asked is not null)
        {
            Named(json, "\"asked\":{\"known\":"u8, KnowledgeTime.Write(asked.Known));
            Named(json, ",\"validOn\":"u8, asked.ValidOn.ToString("O", CultureInfo.InvariantCulture));
            json.Raw("},"u8);
        }
    }

    /// <summary>What left view is not told of to others, not even that it was there (Order 36 art. 3; Shandong ordinance art. 38).</summary>
    internal static ScoreAnswer ForOthers(ScoreAnswer answer) => answer with
    {
        LeftOut =
        [
            .. answer.LeftOut.Where(left => left.Reason is LeftOutReason.IrrelevantToPurpose or LeftOutReason.NoRule or LeftOutReason.TooOld or LeftOutReason.Disputed),
        ],
    };

    private static bool IsShown(ReadFact fact, CatalogueType type, FactCatalogue catalogue, DateOnly on) =>
        type.Visibility != FactVisibility.Entity && catalogue.TimeOf(type, fact.Content.Dates, fact.Content.Class, on).Shown;

    private static void Fact(CanonicalJson json, ReadFact fact, CatalogueType type)
    {
        var content = fact.Content;
        Named(json, "{\"authority\":"u8, content.Authority);
        Named(json, ",\"basis\":"u8, content.Basis);
        if (content.Class != SeverityClass.None)
        {
            Named(json, ",\"class\":"u8, content.Class.ToString().ToLowerInvariant());
        }

        Named(json, ",\"decided\":"u8, content.Dates.Decided.ToString("O", CultureInfo.InvariantCulture));
        json.Raw(fact.Marks.HasFlag(FactMarks.Disputed) ? ",\"disputed\":true"u8 : ""u8);
        Named(json, ",\"document\":"u8, content.Document);
        Named(json, ",\"id\":"u8, fact.Id.ToString("D"));
        json.Raw(",\"quantity\":"u8);
        json.Number(content.Quantity);
        Named(json, ",\"type\":"u8, type.Type.Code);
        json.Raw("}"u8);
    }

    private static void Rules(CanonicalJson json, ScoreAnswer answer, ScoredEntity scored)
    {
        json.Raw(",\"rules\":["u8);
        var used = answer.Contributions.Where(contribution => contribution.Kind == ContributionKind.Rule).Select(contribution => contribution.Id).ToHashSet();
        var first = true;
        foreach (var rule in scored.Pack.Pack.Rules.Where(rule => used.Contains(rule.Id)))
        {
            Named(json, first ? "{\"basis\":"u8 : ",{\"basis\":"u8, rule.Basis);
            Named(json, ",\"id\":"u8, rule.Id);
            Named(json, ",\"title\":{\"en\":"u8, rule.Title.En);
            Named(json, ",\"zh\":"u8, rule.Title.Zh);
            json.Raw("}}"u8);
            first = false;
        }

        json.Raw("]"u8);
    }

    private static void Pack(CanonicalJson json, PackInForce pack)
    {
        Named(json, ",\"pack\":{\"id\":"u8, pack.Pack.Id);
        Named(json, ",\"sha256\":"u8, pack.Digest);
        json.Raw(",\"version\":"u8);
        json.Number(pack.Pack.Version);
        json.Raw("}"u8);
    }

    private static void Named(CanonicalJson json, ReadOnlySpan<byte> before, string value)
    {
        json.Raw(before);
        json.Text(value);
    }
}
