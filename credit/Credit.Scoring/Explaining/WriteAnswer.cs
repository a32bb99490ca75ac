using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using Backbone.Platform.Json;

namespace Backbone.Credit.Scoring.Explaining;

/// <summary>
/// An answer as canonical bytes (RFC 8785): what is stored, signed and compared. Words are left out but for ids, so that a better wording changes
/// no byte; they are joined from the pack when a person reads.
/// </summary>
public static class WriteAnswer
{
    public static byte[] ToCanonicalBytes(ScoreAnswer answer)
    {
        var output = new ArrayBufferWriter<byte>(1024);
        var json = new CanonicalJson(output);
        json.Raw("{\"bounds\":"u8);
        List(json, answer.Bounds, static (json, bound) =>
        {
            json.Raw("{\"atBest\":"u8);
            json.Text(bound.AtBest);
            json.Raw(",\"facts\":"u8);
            List(json, bound.Facts, Fact);
            json.Raw(",\"id\":"u8);
            json.Text(bound.Id);
            json.Raw("}"u8);
        });
        json.Raw(",\"contributions\":"u8);
        List(json, answer.Contributions, static (json, contribution) =>
        {
            json.Raw("{\"facts\":"u8);
            List(json, contribution.Facts, Fact);
            json.Raw(",\"id\":"u8);
            json.Text(contribution.Id);
            json.Raw(",\"kind\":"u8);
            json.Text(Name(contribution.Kind.ToString()));
            json.Raw(",\"points\":"u8);
            json.Number(contribution.Points);
            json.Raw("}"u8);
        });
        json.Raw(",\"grade\":"u8);
        json.Text(answer.Grade);
        json.Raw(",\"gradeByPoints\":"u8);
        json.Text(answer.GradeByPoints);
        json.Raw(",\"leftOut\":"u8);
        List(json, answer.LeftOut, static (json, left) =>
        {
            json.Raw("{\"id\":"u8);
            json.Text(left.Id);
            json.Raw(",\"reason\":"u8);
            json.Text(Name(left.Reason.ToString()));
            if (left.Rule is not null)
            {
                json.Raw(",\"rule\":"u8);
                json.Text(left.Rule);
            }

            json.Raw("}"u8);
        });
        if (answer.NextChange is { } next)
        {
            json.Raw(",\"nextChange\":"u8);
            Date(json, next);
        }

        json.Raw(",\"pack\":{\"id\":"u8);
        json.Text(answer.Pack.Id);
        json.Raw(",\"version\":"u8);
        json.Number(answer.Pack.Version);
        json.Raw("},\"points\":"u8);
        json.Number(answer.Points);
        json.Raw(",\"purpose\":"u8);
        json.Text(answer.Purpose);
        json.Raw(",\"validOn\":"u8);
        Date(json, answer.ValidOn);
        json.Raw("}"u8);
        return output.WrittenSpan.ToArray();
    }

    private static void Fact(CanonicalJson json, CountedFact fact)
    {
        json.Raw(fact.Disputed ? "{\"disputed\":true,"u8 : "{"u8);
        if (fact.EndsOn is { } ends)
        {
            json.Raw("\"endsOn\":"u8);
            Date(json, ends);
            json.Raw(","u8);
        }

        json.Raw("\"id\":"u8);
        json.Text(fact.Id);
        if (fact.LessFrom is { } less)
        {
            json.Raw(",\"lessFrom\":"u8);
            Date(json, less);
        }

        if (fact.Points is { } points)
        {
            json.Raw(",\"points\":"u8);
            json.Number(points);
        }

        json.Raw("}"u8);
    }

    private delegate void Write<in T>(CanonicalJson json, T item);

    private static void List<T>(CanonicalJson json, ImmutableArray<T> items, Write<T> write)
    {
        json.Raw("["u8);
        for (var i = 0; i < items.Length; i++)
        {
            if (i > 0)
            {
                json.Raw(","u8);
            }

            write(json, items[i]);
        }

        json.Raw("]"u8);
    }

    private static void Date(CanonicalJson json, DateOnly date) => json.Text(date.ToString("O", CultureInfo.InvariantCulture));

    /// <summary>Wire names are the members' in camel case.</summary>
    private static string Name(string member) => char.ToLowerInvariant(member[0]) + member[1..];
}
