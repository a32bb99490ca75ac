using System.Collections.Frozen;

namespace Backbone.Identity.Accounts.Passwords;

/// <summary>
/// The words passwords are made of, from the embedded <c>common-words.txt</c> (written for this project), and pinyin names put together
/// from it: every surname with every syllable of a given name.
/// </summary>
internal static class CommonWords
{
    private const string Resource = "Backbone.Identity.Accounts.Passwords.common-words.txt";

    public static FrozenDictionary<string, double> Load(double wordCost, double syllableCost)
    {
        using var stream = typeof(CommonWords).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The resource {Resource} is missing from the assembly.");
        using var reader = new StreamReader(stream);
        var costs = new Dictionary<string, double>(StringComparer.Ordinal);
        List<string> surnames = [], syllables = [];
        var section = "";
        while (reader.ReadLine() is { } line)
        {
            if (line is ['[', ..])
            {
                section = line;
            }
            else if (line is not (['#', ..] or ""))
            {
                foreach (var word in line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                {
                    costs[word] = section == "[words]" ? wordCost : syllableCost;
                    (section switch { "[surnames]" => surnames, "[given]" => syllables, _ => null })?.Add(word);
                }
            }
        }

        foreach (var name in surnames.SelectMany(surname => syllables.Select(given => surname + given)))
        {
            costs[name] = Math.Min(costs.GetValueOrDefault(name, double.MaxValue), wordCost);
        }

        return costs.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
