using System.CommandLine;

namespace Backbone.Host.CommandLine;

internal enum Verb
{
    Run,
    Doctor,
    ResetPasswords,
    Reconcile,
    Reindex,
    Redeliver,
    Kibana,
    Staff,
    Credit,
    Monitor,
    Impact,

    /// <summary>The parser has already answered (help, or nothing to do).</summary>
    Answered,
}

/// <summary>What the command line asked for, checked against the names that exist. Nothing has been started or created yet.</summary>
internal sealed record HostArguments(
    Verb Verb,
    IReadOnlyList<string> Modules,
    string? Urls,
    string? Data,
    bool NoDemo,
    string? ReadyFile,
    IReadOnlyDictionary<string, string?> Settings)
{
    /// <summary>Exit code of a command line that cannot be understood.</summary>
    public const int Misunderstood = 2;

    /// <summary>The first event of an index that is made anew.</summary>
    public long From { get; private init; }

    /// <summary>Where a generated file goes.</summary>
    public string Output { get; private init; } = "";

    /// <summary>What is to be done to staff accounts; null for every other verb.</summary>
    public StaffOrder? Staff { get; private init; }

    /// <summary>What the verb credit does; null for every other verb.</summary>
    public Func<TextWriter, int>? Credit { get; private init; }

    /// <summary>The back-test; null for every other verb.</summary>
    public MonitorOrder? Monitor { get; private init; }

    /// <summary>The packs to try; null for every other verb.</summary>
    public ImpactOrder? Impact { get; private init; }

    /// <summary>Reads <paramref name="args"/>. Every mistake is collected; help is written to <paramref name="output"/>.</summary>
    /// <exception cref="StartRefusedException">Something is unknown: exit code 2, the known names in the message.</exception>
    public static HostArguments Parse(string[] args, IReadOnlyList<string> knownModules, TextWriter output)
    {
        var modules = new Option<string?>("--modules")
        {
            Description = $"Modules to run, comma separated. Known: {string.Join(", ", knownModules)}. Default: all.",
            HelpName = "NAMES",
            Recursive = true,
        };
        var urls = new Option<string?>("--urls")
        {
            Description = "Listening addresses, ';' separated. Default http://localhost:7100; port 0 picks a free one.",
            HelpName = "URLS",
            Recursive = true,
        };
        var data = new Option<string?>("--data")
        {
            Description = "Folder of all embedded storage, keys and logs. Default ./data.",
            HelpName = "PATH",
            Recursive = true,
        };
        var noDemo = new Option<bool>("--no-demo") { Description = "No demonstration accounts, clients and sample apps.", Recursive = true };
        var readyFile = new Option<string?>("--ready-file")
        {
            Description = "Write one JSON file there as soon as everything answers (mode 0600).",
            HelpName = "PATH",
        };
        var set = new Option<string[]>("--set")
        {
            Description = "One setting, e.g. --set Backbone:PublicUrl=https://sso.example.cn; may be repeated.",
            HelpName = "NAME=VALUE",
            Recursive = true,
        };
        var doctor = new Command("doctor", "Check configuration, storage, clock, keys, disk and ports, and say what to do about each finding.");
        var reset = new Command("reset-passwords", "Give every demonstration account a new password and show it once.");
        var demo = new Command("demo", "Demonstration data.") { reset };
        var from = new Option<long>("--from") { Description = "The first event the new index holds; 0 for all.", HelpName = "N", Required = true };
        var target = new Option<string>("--output")
        {
            Description = "The file to write.",
            HelpName = "PATH",
            DefaultValueFactory = _ => Path.Combine("deploy", "kibana", "audit.ndjson"),
        };
        var reconcile = new Command("reconcile", "Hold the index in Elasticsearch against the log, and deliver what is missing.");
        var reindex = new Command("reindex", "Make the index in Elasticsearch anew from the log, under a new name, and change over to it.") { from };
        var redeliver = new Command("redeliver", "Send the events once more that Elasticsearch refused.");
        var kibana = new Command("kibana", "Write the data view, saved searches and dashboards for Kibana.") { target };
        var audit = new Command("audit", "The audit log's index in Elasticsearch.") { reconcile, reindex, redeliver, kibana };
        var staff = new StaffCommand();
        var credit = new CreditCommand();
        var help = new Command("help", "Show this help.");
        var root = new RootCommand("Backbone: sign-in, audit and the pages of a digital government, in one process.")
        {
            modules, urls, data, noDemo, readyFile, set, doctor, demo, staff.Root, audit, credit.Root, help,
        };

        foreach (var command in (Command[])[root, doctor, reset, reconcile, reindex, redeliver, kibana, help])
        {
            command.SetAction(_ => 0);
        }

        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            throw new StartRefusedException(
                Misunderstood,
                [.. parsed.Errors.Select(error => error.Message), $"Known: {KnownNames(root)}"]);
        }

        var order = staff.Read(parsed);
        var carryOut = credit.Read(parsed);
        var monitor = credit.ReadMonitor(parsed);
        var impact = credit.ReadImpact(parsed);
        var verb = order is not null ? Verb.Staff
            : carryOut is not null ? Verb.Credit
            : monitor is not null ? Verb.Monitor
            : impact is not null ? Verb.Impact
            : parsed.Action == root.Action ? Verb.Run
            : parsed.Action == doctor.Action ? Verb.Doctor
            : parsed.Action == reset.Action ? Verb.ResetPasswords
            : parsed.Action == reconcile.Action ? Verb.Reconcile
            : parsed.Action == reindex.Action ? Verb.Reindex
            : parsed.Action == redeliver.Action ? Verb.Redeliver
            : parsed.Action == kibana.Action ? Verb.Kibana
            : Verb.Answered;
        if (verb == Verb.Answered)
        {
            var asked = parsed.Action == help.Action ? root.Parse("--help") : parsed;
            asked.Invoke(new InvocationConfiguration { Output = output });
        }

        return new HostArguments(
            verb,
            ReadModules(parsed.GetValue(modules), knownModules),
            parsed.GetValue(urls),
            parsed.GetValue(data),
            parsed.GetValue(noDemo),
            verb == Verb.Run ? parsed.GetValue(readyFile) : null,
            ReadSettings(parsed.GetValue(set) ?? []))
        {
            From = verb == Verb.Reindex ? parsed.GetValue(from) : 0,
            Output = verb == Verb.Kibana ? parsed.GetValue(target)! : "",
            Staff = order,
            Credit = carryOut,
            Monitor = monitor,
            Impact = impact,
        };
    }

    private static string KnownNames(RootCommand root) =>
        string.Join(", ", root.Subcommands.Select(command => command.Name).Concat(root.Options.Select(option => option.Name)));

    private static string[] ReadModules(string? asked, IReadOnlyList<string> known)
    {
        if (asked is null)
        {
            return [.. known];
        }

        var names = asked.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var failures = names.Where(name => !known.Contains(name)).Select(name => $"Unknown module '{name}'.")
            .Concat(names.GroupBy(name => name).Where(group => group.Count() > 1).Select(group => $"Module '{group.Key}' is named twice."))
            .ToList();
        if (names.Length == 0)
        {
            failures.Add("--modules names no module.");
        }

        return failures.Count == 0
            ? names
            : throw new StartRefusedException(Misunderstood, [.. failures, $"Known modules: {string.Join(", ", known)}"]);
    }

    private static Dictionary<string, string?> ReadSettings(string[] pairs)
    {
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var pair in pairs)
        {
            var (name, value) = pair.IndexOf('=', StringComparison.Ordinal) is var at and > 0
                ? (pair[..at], pair[(at + 1)..])
                : throw new StartRefusedException(Misunderstood, [$"--set takes NAME=VALUE, not '{pair}'."]);
            settings[name] = value;
        }

        return settings;
    }
}
