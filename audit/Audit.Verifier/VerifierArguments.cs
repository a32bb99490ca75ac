using Backbone.Audit.Log;
using Backbone.Audit.Log.Notes;
using Backbone.Audit.Log.Policy;
using Backbone.Audit.Verifier.Checking;
using Backbone.Audit.Verifier.Sources;

namespace Backbone.Audit.Verifier;

/// <summary>What the command line asks for.</summary>
internal sealed record VerifierArguments(string? Place, Trust Trust, string? Receipt, string? Entry, string? From, string? TokenFile, bool Json)
{
    public const string Usage = """
        Verifies an audit log by its public files, or an evidence receipt by itself.

          Audit.Verifier <folder or https URL> [options]
          Audit.Verifier --receipt FILE [--entry FILE] [options]

          <folder>         the audit folder of a log (holds tlog/ and log/), or a folder with the file "checkpoint"
          <URL>            the address below which "checkpoint" and "tile/" are served; http only to this machine
          --key VKEY       a public key of the log, name+id+base64; may be given more than once: one of them must have signed
          --policy FILE    a tlog-policy file: which logs, which witnesses, which quorum; instead of --key
          --from FILE      an older checkpoint that you kept: the log must continue it
          --token FILE     with a URL: an access token to send along, read again when it is refused; for logs that show entries to some only
          --receipt FILE   a .tlog-proof file; with a log, also that log must agree with it
          --entry FILE     the entry the receipt is about, byte for byte; else the receipt's extra data, else the log's entry
          --json           the report as JSON

        Exit codes: 0 sound; 1 not sound (each finding names the file, the leaves and the bytes); 2 usage; 3 unreadable or out of reach.

        """;

    /// <summary>The arguments, or what is wrong with them.</summary>
    public static (VerifierArguments? Arguments, string? Problem) Parse(IReadOnlyList<string> args)
    {
        var keys = new List<VerifierKey>();
        LogPolicy? policy = null;
        string? place = null, receipt = null, entry = null, from = null, token = null;
        var json = false;
        for (var i = 0; i < args.Count; i++)
        {
            var name = args[i];
            if (name == "--json")
            {
                json = true;
                continue;
            }

            if (!name.StartsWith('-'))
            {
                if (place is not null)
                {
                    return (null, $"one place can be verified at a time, not {place} and {name}");
                }

                place = name;
                continue;
            }

            if (name is not ("--key" or "--policy" or "--receipt" or "--entry" or "--from" or "--token"))
            {
                return (null, $"unknown option {name}");
            }

            if (++i == args.Count)
            {
                return (null, $"{name} needs a value");
            }

            try
            {
                switch (name)
                {
                    case "--key": keys.Add(VerifierKey.Parse(args[i])); break;
                    case "--policy": policy = LogPolicy.Parse(File.ReadAllBytes(args[i])); break;
                    case "--receipt": receipt = args[i]; break;
                    case "--entry": entry = args[i]; break;
                    case "--token": token = args[i]; break;
                    default: from = args[i]; break;
                }
            }
            catch (LogFormatException problem)
            {
                return (null, $"{name} {args[i]}: {problem.Message}");
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                throw new UnreadableException($"{args[i]} cannot be read: {problem.Message}", problem);
            }
        }

        var wrong = place is null && receipt is null ? "a folder, a URL or --receipt is needed"
            : policy is not null && keys.Count > 0 ? "--key and --policy exclude each other"
            : entry is not null && receipt is null ? "--entry goes with --receipt"
            : from is not null && place is null ? "--from goes with a folder or URL"
            : token is not null && place?.Contains("://", StringComparison.Ordinal) != true ? "--token goes with a URL"
            : null;
        return wrong is not null
            ? (null, wrong)
            : (new VerifierArguments(place, policy is null ? Trust.Of(keys) : new Trust(policy), receipt, entry, from, token, json), null);
    }
}
