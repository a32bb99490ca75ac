using System.CommandLine;
using Backbone.Credit.Fitting;

namespace Backbone.Host.CommandLine;

/// <summary><c>host credit fit</c>: its words, and what carries it out.</summary>
internal sealed class CreditFitCommand
{
    private readonly Option<string> data = new("--data") { Description = "Table of entities: .csv (UTF-8) or .arff.", HelpName = "FILE", Required = true };
    private readonly Option<string> outcome = new("--outcome") { Description = "The column that says what became of each entity: 1 for what the score shall warn of, else 0.", HelpName = "NAME", Required = true };
    private readonly Option<string> folder = new("--out") { Description = "Folder for the pack and its report; nothing is overwritten.", HelpName = "FOLDER", Required = true };
    private readonly Option<int> rules = new("--rules") { Description = "Most rules, 1 to 64.", HelpName = "N", DefaultValueFactory = _ => 20 };
    private readonly Option<int> folds = new("--folds") { Description = "Folds of the validation, 2 to 10.", HelpName = "N", DefaultValueFactory = _ => 5 };
    private readonly Option<string?> id = new("--id") { Description = "The pack's id. Default: fitted- and the file's name.", HelpName = "NAME" };
    private readonly Option<string[]> ignore = new("--ignore") { Description = "A column to leave out, such as a name or a date; may be repeated.", HelpName = "NAME" };
    private readonly Option<string> from = new("--from")
    {
        Description = "First day the pack may be used.",
        HelpName = "DATE",
        DefaultValueFactory = _ => FitRequest.FirstDay,
    };

    public CreditFitCommand() => Root = new Command("fit", "Fit an explainable scorecard to a table of entities and write it as a policy pack, with a report.")
    {
        data, outcome, folder, rules, folds, id, ignore, from,
    };

    public Command Root { get; }

    public int Run(ParseResult parsed, TextWriter output) => FitScorecard.Run(
        new FitRequest(
            parsed.GetValue(data)!,
            parsed.GetValue(outcome)!,
            parsed.GetValue(folder)!,
            parsed.GetValue(rules),
            parsed.GetValue(folds),
            parsed.GetValue(id),
            parsed.GetValue(ignore) ?? [],
            parsed.GetValue(from)!),
        output,
        Console.Error);
}
