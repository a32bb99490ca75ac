using System.Collections.Immutable;
using System.Globalization;
using Backbone.Credit.Scoring.Packs;

namespace Backbone.Credit.Packs.Comparing;

/// <summary>One thing that is other in a newer pack.</summary>
/// <param name="Place">What it is of: <c>rule penalty-minor</c>.</param>
/// <param name="Field">Its name; empty where the whole came or went.</param>
/// <param name="Before">Null where it was not there.</param>
/// <param name="After">Null where it is not there any more.</param>
internal sealed record PackChange(string Place, string Field, string? Before, string? After)
{
    public override string ToString() => (Before, After) switch
    {
        (null, { } after) when Field.Length == 0 => $"{Place}: new ({after})",
        ({ } before, null) when Field.Length == 0 => $"{Place}: gone ({before})",
        (null, { } after) => $"{Place}: {Field} is new: {after}",
        ({ } before, null) => $"{Place}: {Field} is gone: {before}",
        _ => $"{Place}: {Field} was {Before}, is {After}",
    };
}

/// <summary>What is other between two packs, by what it means and not by how it is written. In the order of the newer pack, what is gone after it.</summary>
internal static class PackDiff
{
    public static ImmutableArray<PackChange> Of(PolicyPack before, PolicyPack after) =>
    [
        .. Fields("pack", Head(before), Head(after)),
        .. Parts("purpose", before.Purposes, after.Purposes, one => one.Id, one => [("title", one.Title.ToString()), ("basis", one.Basis)]),
        .. Parts("parameter", before.Parameters, after.Parameters, one => one.Id, Values),
        .. Parts("decay", before.Decays, after.Decays, one => one.Id, one => [.. one.Steps.Select(step => ($"after {step.After}", Invariant($"{step.Share} of 10000")))]),
        .. Parts("group", before.Groups, after.Groups, one => one.Id, one => [("title", one.Title.ToString()), ("floor", Text(one.Floor)), ("ceiling", Text(one.Ceiling))]),
        .. Parts("rule", before.Rules, after.Rules, one => one.Id, Rule),
        .. Parts("grade", before.Grades, after.Grades, one => one.Id, one => [("title", one.Title.ToString()), ("from", Text(one.From))]),
        .. Order("grades", before.Grades.Select(one => one.Id), after.Grades.Select(one => one.Id)),
        .. Parts("override", before.Overrides, after.Overrides, one => one.Id, one =>
            [("title", one.Title.ToString()), ("select", WriteRule.Select(one.Select)), ("at-best", one.AtBest), ("purposes", string.Join(", ", one.Purposes)), ("basis", one.Basis)]),
    ];

    private static (string, string)[] Head(PolicyPack pack) =>
    [
        ("id", pack.Id), ("version", Invariant($"{pack.Version}")), ("title", pack.Title.ToString()), ("basis", pack.Basis), ("note", pack.Note.ToString()),
        ("from", Invariant($"{pack.From:O}")), ("to", pack.To is { } to ? Invariant($"{to:O}") : ""), ("counts-disputed", pack.CountsDisputed ? "true" : "false"),
        ("base", pack.Scale.Base.ToString()), ("lowest", pack.Scale.Lowest.ToString()), ("highest", pack.Scale.Highest.ToString()),
        ("prior notice of", string.Join(", ", pack.Notice?.Grades ?? [])), ("days of notice", Text(pack.Notice?.Days)), ("basis of notice", pack.Notice?.Basis ?? ""),
    ];

    private static (string, string)[] Values(Parameter one) =>
    [
        ("title", one.Title.ToString()), ("unit", one.Unit),
        .. one.Values.Select(value => (
            Invariant($"value from {value.From:O}"),
            Invariant($"{value.Value?.ToString(CultureInfo.InvariantCulture) ?? "none"}{(value.To is { } to ? Invariant($" until {to:O}") : "")} ({value.Status}, {value.Basis})"))),
    ];

    private static (string, string)[] Rule(Rule one) =>
    [
        ("title", one.Title.ToString()), ("shape", one.Shape.ToString()), ("direction", one.Direction.ToString()), ("select", WriteRule.Select(one.Select)),
        ("against", one.Against is { } against ? WriteRule.Select(against) : ""),
        .. one.Points.OrderBy(pair => pair.Key).Select(pair => ($"points ({pair.Key})", pair.Value.ToString())),
        .. one.Bands.Select(band => (band.From is { } from ? $"points from {from}" : "points from the least", band.Points.ToString())),
        ("decay", one.Decay ?? ""), ("absent", one.Absent.ToString()), ("floor", Text(one.Floor)), ("ceiling", Text(one.Ceiling)), ("group", one.Group ?? ""),
        ("purposes", string.Join(", ", one.Purposes)), ("basis", one.Basis),
    ];

    private static IEnumerable<PackChange> Parts<T>(string kind, ImmutableArray<T> before, ImmutableArray<T> after, Func<T, string> id, Func<T, (string, string)[]> fields)
    {
        var known = before.ToDictionary(id, StringComparer.Ordinal);
        foreach (var one in after)
        {
            var place = $"{kind} {id(one)}";
            foreach (var change in known.Remove(id(one), out var former) ? Fields(place, fields(former), fields(one)) : [new(place, "", null, Whole(fields(one)))])
            {
                yield return change;
            }
        }

        foreach (var gone in before.Where(one => known.ContainsKey(id(one))))
        {
            yield return new($"{kind} {id(gone)}", "", Whole(fields(gone)), null);
        }
    }

    private static IEnumerable<PackChange> Fields(string place, (string Name, string Value)[] before, (string Name, string Value)[] after)
    {
        var known = before.Where(field => field.Value.Length > 0).ToDictionary(field => field.Name, field => field.Value, StringComparer.Ordinal);
        foreach (var (name, value) in after.Where(field => field.Value.Length > 0))
        {
            if (!known.Remove(name, out var former))
            {
                yield return new(place, name, null, value);
            }
            else if (former != value)
            {
                yield return new(place, name, former, value);
            }
        }

        foreach (var (name, value) in before.Where(field => known.ContainsKey(field.Name)))
        {
            yield return new(place, name, value, null);
        }
    }

    private static IEnumerable<PackChange> Order(string place, IEnumerable<string> before, IEnumerable<string> after)
    {
        var (former, now) = (string.Join(" > ", before), string.Join(" > ", after));
        return former == now ? [] : [new(place, "order", former, now)];
    }

    private static string Whole((string Name, string Value)[] fields) =>
        string.Join("; ", fields.Where(field => field.Value.Length > 0).Select(field => $"{field.Name}: {field.Value}"));

    private static string Text(Number? number) => number?.ToString() ?? "";

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
