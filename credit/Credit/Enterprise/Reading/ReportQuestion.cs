using System.Collections.Immutable;
using Backbone.Credit.Packs;
using Microsoft.AspNetCore.Http;

namespace Backbone.Credit.Enterprise.Reading;

/// <summary>What the page is asked for; all of it stands in the address. Whose report it is does not: that is the sign-in's word alone.</summary>
/// <param name="Purpose">One of the pack's; the first when none is named.</param>
/// <param name="Ticked">Ids of facts whose repair is tried.</param>
internal sealed record ReportQuestion(string Purpose, ImmutableHashSet<string> Ticked)
{
    public const string PurposeName = "purpose";
    public const string TickName = "repair";

    /// <summary>More than anybody ticks; what is beyond is refused.</summary>
    public const int MostTicked = 200;

    /// <summary>Null with the name and bound of what is wrong.</summary>
    public static ReportQuestion? Read(IQueryCollection query, PackInForce pack, out string? fault)
    {
        fault = null;
        var purposes = pack.Pack.Purposes.Select(one => one.Id).ToList();
        var purpose = query[PurposeName].ToString() is { Length: > 0 } named ? named : purposes[0];
        if (!purposes.Contains(purpose))
        {
            fault = $"{PurposeName}: one of {string.Join(", ", purposes)}";
            return null;
        }

        var ticked = query[TickName];
        if (ticked.Count > MostTicked || ticked.Any(id => !Guid.TryParseExact(id, "D", out _)))
        {
            fault = $"{TickName}: ids of facts, at most {MostTicked}; has {ticked.Count}";
            return null;
        }

        return new(purpose, [.. ticked.Select(id => Guid.ParseExact(id!, "D").ToString("D"))]);
    }
}
