using System.CommandLine;
using Backbone.Credit.Commands;
using Backbone.Credit.Paper;

namespace Backbone.Host.CommandLine;

/// <summary>A back-test of the pack in force.</summary>
/// <param name="Day">Null for the last day that serves.</param>
/// <param name="OneOf">Of how many parts one is read.</param>
internal sealed record MonitorOrder(DateOnly? Day, int OneOf);

/// <summary>Two packs, tried on all organisations.</summary>
internal sealed record ImpactOrder(string Before, string After, string Purpose);

/// <summary><c>host credit …</c>: its words, and what carries each out without a running host.</summary>
internal sealed class CreditCommand
{
    private readonly Dictionary<Command, Func<ParseResult, TextWriter, int>> runs = [];
    private readonly Command monitor = new("monitor", "Back-test the pack in force: score for a day from what was known then, and see what followed; the figures stand on the monitoring page.");
    private readonly Option<DateOnly?> day = new("--day") { Description = "The day to score for, more than twelve months ago. Default: the last such day.", HelpName = "DATE" };
    private readonly Option<int> oneOf = new("--one-of") { Description = "Read one of so many parts of all organisations, 1 to 64.", HelpName = "N", DefaultValueFactory = _ => 1 };

    private readonly Argument<string> before = new("old") { Description = "The pack's file before.", HelpName = "OLD" };
    private readonly Argument<string> after = new("new") { Description = "The pack's file after.", HelpName = "NEW" };
    private readonly Option<string> purpose = new("--purpose") { Description = "The purpose to score for.", HelpName = "ID", DefaultValueFactory = _ => "supervision" };
    private readonly Command impact = new("impact", "Score all organisations by both packs and say who moves between grades, by region, sector, size and age.");

    public CreditCommand()
    {
        var codes = new Argument<string[]>("code") { Description = "Codes, or what may be one.", HelpName = "CODE", Arity = ArgumentArity.OneOrMore };
        var path = new Argument<string>("path") { Description = "A pack's file, or a folder of packs.", HelpName = "PATH" };
        Root = new Command("credit", "Codes of organisations, policy packs, credit reports, and scorecards fitted to data.");
        Add(Root, new Command("code", "Say for each text whether it is a unified social credit code, and why not.") { codes },
            (parsed, output) => CreditCommands.CheckCodes(parsed.GetValue(codes)!, output));
        var pack = new Command("pack", "Policy packs.");
        Root.Add(pack);
        Add(pack, new Command("check", "Read packs and say everything that is wrong with them, with its place.") { path },
            (parsed, output) => CreditCommands.CheckPacks(parsed.GetValue(path)!, output));
        Add(pack, new Command("diff", "Say in words what is other in a newer pack.") { before, after },
            (parsed, output) => ComparePacks.Diff(parsed.GetValue(before)!, parsed.GetValue(after)!, output));
        impact.SetAction(_ => 0);
        impact.Add(before);
        impact.Add(after);
        impact.Add(purpose);
        pack.Add(impact);
        var report = new Argument<string>("file") { Description = "A credit report, PDF.", HelpName = "FILE" };
        var signer = new Option<string?>("--signer") { Description = "Fingerprint of the key that must have signed, 64 hexadecimal digits.", HelpName = "HEX" };
        var logKey = new Option<string?>("--log-key") { Description = "Key of the log that must have its issuance (vkey).", HelpName = "VKEY" };
        Add(Root, new Command("verify", "Say whether a credit report is as it was issued, from the file alone.") { report, signer, logKey },
            (parsed, output) => VerifyCommand.Run(parsed.GetValue(report)!, parsed.GetValue(signer), parsed.GetValue(logKey), output));
        monitor.SetAction(_ => 0);
        monitor.Add(day);
        monitor.Add(oneOf);
        Root.Add(monitor);
        var fit = new CreditFitCommand();
        Add(Root, fit.Root, fit.Run);
    }

    public Command Root { get; }

    /// <summary>What <c>host credit monitor</c> was asked, which wants a host's database; null when something else was.</summary>
    public MonitorOrder? ReadMonitor(ParseResult parsed) => parsed.Action == monitor.Action ? new(parsed.GetValue(day), parsed.GetValue(oneOf)) : null;

    /// <summary>What <c>host credit pack impact</c> was asked, which wants a host's database too.</summary>
    public ImpactOrder? ReadImpact(ParseResult parsed) =>
        parsed.Action == impact.Action ? new(parsed.GetValue(before)!, parsed.GetValue(after)!, parsed.GetValue(purpose)!) : null;

    /// <summary>Null when something else was asked for.</summary>
    public Func<TextWriter, int>? Read(ParseResult parsed)
    {
        foreach (var (command, run) in runs)
        {
            if (parsed.Action == command.Action)
            {
                return output => run(parsed, output);
            }
        }

        return null;
    }

    private void Add(Command parent, Command command, Func<ParseResult, TextWriter, int> run)
    {
        command.SetAction(_ => 0);
        parent.Add(command);
        runs.Add(command, run);
    }
}
