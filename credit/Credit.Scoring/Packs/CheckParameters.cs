namespace Backbone.Credit.Scoring.Packs;

/// <summary>Values by date: complete over the pack's time, without gap or overlap, each with where it stands in law.</summary>
internal static class CheckParameters
{
    public static void Find(PolicyPack pack, List<PackFinding> findings)
    {
        foreach (var parameter in pack.Parameters)
        {
            var place = $"parameters.{parameter.Id}";
            if (string.IsNullOrWhiteSpace(parameter.Unit))
            {
                findings.Add(new(place + ".unit", "names no unit"));
            }

            Values(place, parameter, pack, findings);
        }
    }

    private static void Values(string place, Parameter parameter, PolicyPack pack, List<PackFinding> findings)
    {
        foreach (var value in parameter.Values)
        {
            var at = $"{place}.values[{value.From:O}]";
            if (value.To is { } to && to <= value.From)
            {
                findings.Add(new(at, $"ends {to:O}, which is not after its beginning"));
            }

            if (string.IsNullOrWhiteSpace(value.Basis))
            {
                findings.Add(new(at + ".basis", "names no source"));
            }

            if (value.Value is { } number && Math.Abs(number) > Facts.ScoredFact.LargestQuantity)
            {
                findings.Add(new(at, $"{number} is beyond {Facts.ScoredFact.LargestQuantity}"));
            }

            if (value.Status == LegalStatus.Unverified)
            {
                findings.Add(new(at + ".status", "is unverified", StopsApproval: true));
            }
        }

        // Announced values have no effect and fill no gap, but may not contradict what is in force either: that is a comparison's matter.
        var held = parameter.Values.Where(value => value.Status != LegalStatus.Announced).ToArray();
        if (held.Length == 0)
        {
            findings.Add(new(place + ".values", "none is in force at any time"));
            return;
        }

        if (held[0].From > pack.From)
        {
            findings.Add(new(place + ".values", $"gap: the pack holds from {pack.From:O} and the first value from {held[0].From:O}"));
        }

        for (var i = 1; i < held.Length; i++)
        {
            if (held[i - 1].To is not { } end)
            {
                findings.Add(new(place + ".values", $"overlap: the value from {held[i - 1].From:O} has no end and another begins {held[i].From:O}"));
            }
            else if (end > held[i].From)
            {
                findings.Add(new(place + ".values", $"overlap from {held[i].From:O} to before {end:O}"));
            }
            else if (end < held[i].From)
            {
                findings.Add(new(place + ".values", $"gap from {end:O} to before {held[i].From:O}"));
            }
        }

        if (held[^1].To is { } last && (pack.To is null || last < pack.To))
        {
            findings.Add(new(place + ".values", $"gap: the last value ends {last:O} and the pack holds to before {pack.To?.ToString("O", System.Globalization.CultureInfo.InvariantCulture) ?? "an end not set"}"));
        }

        foreach (var none in held.Where(value => value.Value is null))
        {
            findings.Add(new($"{place}.values[{none.From:O}]", "has no value, so that nobody can be scored then", StopsApproval: true));
        }
    }
}
