using System.Globalization;
using Backbone.Platform.Entities;

namespace Backbone.Credit.Grading;

/// <summary>
/// One of the parts into which entities are divided, so that several hosts score at once. Which part an entity is of follows from two characters of its
/// code alone, in code and in SQL alike: no version of an engine can change it, and no question about one shard reads another.
/// </summary>
/// <param name="Number">From 0.</param>
/// <param name="Of">How many there are; 1 to 64.</param>
internal readonly record struct Shard(int Number, int Of)
{
    /// <summary>Where the two characters stand: the last of what numbers the organisation, before its checks.</summary>
    private const int First = 14;

    private const int Weight = 31;

    /// <summary>All entities.</summary>
    public static Shard Whole { get; } = new(0, 1);

    /// <summary>As it is called in folders and in the database: <c>8-3</c>.</summary>
    public string Name => string.Create(CultureInfo.InvariantCulture, $"{Of}-{Number}");

    public static IEnumerable<Shard> All(int of) => Enumerable.Range(0, of).Select(number => new Shard(number, of));

    /// <returns>Null for what is no name of one.</returns>
    public static Shard? Parse(string name)
    {
        var at = name.IndexOf('-', StringComparison.Ordinal);
        return at > 0 && int.TryParse(name[..at], NumberStyles.None, CultureInfo.InvariantCulture, out var of)
            && int.TryParse(name[(at + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < of && of <= 64
            ? new(number, of)
            : null;
    }

    /// <summary>The one that an entity is of, among so many.</summary>
    public static Shard For(EntityCode entity, int of)
    {
        var text = entity.ToString();
        return new((text[First] * Weight + text[First + 1]) % of, of);
    }

    public bool Holds(EntityCode entity) => For(entity, Of).Number == Number;

    /// <summary>A condition on a column that holds the code; it has no parameters, for it is made of numbers.</summary>
    /// <param name="column">With its quotation marks.</param>
    /// <param name="postgres">Else SQLite.</param>
    public string Condition(string column, bool postgres)
    {
        var code = postgres ? "ascii" : "unicode";
        return Of == 1
            ? "TRUE"
            : string.Create(CultureInfo.InvariantCulture, $"({code}(substr({column}, {First + 1}, 1)) * {Weight} + {code}(substr({column}, {First + 2}, 1))) % {Of} = {Number}");
    }
}
