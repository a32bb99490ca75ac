using System.Globalization;
using System.Text.RegularExpressions;
using Backbone.Credit.Scoring.Packs;
using Backbone.Credit.Scoring.Time;

namespace Backbone.Credit.Fitting;

/// <summary>What <c>host credit fit</c> is asked for.</summary>
/// <param name="Data">File of entities, .csv or .arff.</param>
/// <param name="Outcome">Its column that says what became of each: 1 or 0.</param>
/// <param name="Output">Folder for the pack and its report; may not hold anything yet.</param>
/// <param name="Rules">Most rules of the pack, 1 to 64.</param>
/// <param name="Folds">Folds of the validation, 2 to 10.</param>
/// <param name="Id">The pack's id; null for one made of the file's name.</param>
/// <param name="Ignore">Columns to leave out: names, codes, dates.</param>
/// <param name="From">First day of the pack, yyyy-mm-dd.</param>
public sealed partial record FitRequest(
    string Data, string Outcome, string Output, int Rules, int Folds, string? Id, IReadOnlyList<string> Ignore, string From)
{
    /// <summary>Before every date that a back-test asks for; whoever takes a fitted pack into use sets a date of law.</summary>
    public const string FirstDay = "2000-01-01";

    internal string PackId => Id ?? MadeOf(Path.GetFileNameWithoutExtension(Data));

    internal DateOnly FirstDate => DateOnly.ParseExact(From, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>Everything that is wrong with the request by itself; empty when nothing is.</summary>
    internal IEnumerable<string> Faults()
    {
        if (Rules is < 1 or > PolicyPack.MostRules)
        {
            yield return $"--rules takes 1 to {PolicyPack.MostRules}, not {Rules}.";
        }

        if (Folds is < 2 or > 10)
        {
            yield return $"--folds takes 2 to 10, not {Folds}.";
        }

        if (!Name().IsMatch(PackId))
        {
            yield return $"--id takes a lower-case letter, then at most 63 lower-case letters, digits, dots and hyphens, not \"{PackId}\".";
        }

        if (!DateOnly.TryParseExact(From, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var from) || from < Day.First || from > Day.Last)
        {
            yield return $"--from takes a date {Day.First:yyyy-MM-dd} to {Day.Last:yyyy-MM-dd}, not \"{From}\".";
        }
    }

    private static string MadeOf(string file)
    {
        var words = new string([.. file.Select(letter => char.IsAsciiLetterOrDigit(letter) ? char.ToLowerInvariant(letter) : '-')])
            .Split('-', StringSplitOptions.RemoveEmptyEntries);
        var id = string.Join('-', words.Prepend("fitted"));
        return id.Length <= 64 ? id : id[..64];
    }

    [GeneratedRegex(@"^[a-z][a-z0-9.\-]{0,63}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
