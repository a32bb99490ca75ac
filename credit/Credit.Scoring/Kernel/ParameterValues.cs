using Backbone.Credit.Scoring.Packs;

namespace Backbone.Credit.Scoring.Kernel;

/// <summary>The numbers of a pack on one date.</summary>
internal sealed class ParameterValues
{
    private readonly Dictionary<string, DatedValue?> byId;
    private readonly DateOnly validOn;

    public ParameterValues(PolicyPack pack, DateOnly validOn)
    {
        this.validOn = validOn;
        byId = pack.Parameters.ToDictionary(parameter => parameter.Id, parameter => On(parameter, validOn), StringComparer.Ordinal);
    }

    /// <summary>The value that holds on a date, or null; one that is only announced holds never.</summary>
    public static DatedValue? On(Parameter parameter, DateOnly date) => parameter.Values.FirstOrDefault(
        value => value.Status != LegalStatus.Announced && value.From <= date && (value.To is null || date < value.To));

    /// <exception cref="PackException">No value holds on the date.</exception>
    public long Of(Number number)
    {
        if (number.Parameter is not { } id)
        {
            return number.Literal;
        }

        if (!byId.TryGetValue(id, out var value))
        {
            throw new PackException($"parameter {id} is not in the pack");
        }

        return value?.Value ?? throw new PackException($"parameter {id} has no value on {validOn:O}");
    }

    public long Of(Number? number, long otherwise) => number is { } known ? Of(known) : otherwise;
}
