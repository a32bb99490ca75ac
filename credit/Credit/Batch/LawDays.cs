using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Backbone.Credit.Catalogue;
using Backbone.Credit.Scoring.Facts;

namespace Backbone.Credit.Batch;

/// <summary>What of the catalogue decides when facts may be used, and for which days that stays the same.</summary>
internal static class LawDays
{
    /// <summary>The time around a day in which no limit begins or ends.</summary>
    public static (DateOnly From, DateOnly? To) Around(FactCatalogue catalogue, DateOnly day)
    {
        var changes = Limits(catalogue).SelectMany(limit => new[] { limit.From, limit.To }).OfType<DateOnly>().Distinct().Order().ToArray();
        return (changes.Where(change => change <= day).DefaultIfEmpty(Scoring.Time.Day.First).Max(), changes.Where(change => change > day).Select(change => (DateOnly?)change).FirstOrDefault());
    }

    /// <summary>Two catalogues of one digest give every fact the same time of use; titles and notes are not in it.</summary>
    public static string Digest(FactCatalogue catalogue)
    {
        var text = new StringBuilder();
        foreach (var type in catalogue.All.OrderBy(type => type.Type.Number))
        {
            text.Append(CultureInfo.InvariantCulture, $"type {type.Type.Number} {type.Type.Effect}\n");
            Append(text, type.Limits);
        }

        text.Append("place\n");
        Append(text, catalogue.Limits);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private static IEnumerable<UseLimit> Limits(FactCatalogue catalogue) => catalogue.All.SelectMany(type => type.Limits).Concat(catalogue.Limits);

    private static void Append(StringBuilder text, IEnumerable<UseLimit> limits)
    {
        foreach (var limit in limits)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"{limit.From:O} {limit.To:O} {string.Join(',', limit.Classes)} {limit.Counted} {limit.Longest} {limit.Status}\n");
        }
    }
}
