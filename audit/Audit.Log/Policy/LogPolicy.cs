using System.Text;
using Backbone.Audit.Log.Checkpoints;
using Backbone.Audit.Log.Notes;

namespace Backbone.Audit.Log.Policy;

/// <summary>A log that may be believed. Its key's name is the origin of its checkpoints.</summary>
public sealed record PolicyLog(VerifierKey Key, string? Url);

/// <summary>A witness under the name the policy gives it.</summary>
public sealed record PolicyWitness(string Name, VerifierKey Key, string? Url);

/// <summary>Witnesses or earlier groups, of which <paramref name="Threshold"/> must have witnessed.</summary>
public sealed record PolicyGroup(string Name, int Threshold, IReadOnlyList<string> Members);

/// <summary>What a policy says of a checkpoint.</summary>
public abstract record PolicyVerdict
{
    private PolicyVerdict()
    {
    }

    /// <param name="Log">The log's signatures, at least one.</param>
    /// <param name="Witnesses">The names, in the policy, of the witnesses that cosigned.</param>
    public sealed record Accepted(IReadOnlyList<VerifiedSignature> Log, IReadOnlyList<string> Witnesses) : PolicyVerdict;

    public sealed record Refused(string Problem) : PolicyVerdict;
}

/// <summary>
/// Which logs are believed, and on whose testimony (C2SP tlog-policy). Names are octets: two are the same only byte for byte. Immutable.
/// </summary>
public sealed class LogPolicy
{
    /// <summary>The predefined quorum that asks for nobody.</summary>
    public const string NoQuorum = "none";

    internal LogPolicy(
        IReadOnlyList<PolicyLog> logs, IReadOnlyList<PolicyWitness> witnesses, IReadOnlyList<PolicyGroup> groups, string quorum)
    {
        Logs = logs;
        Witnesses = witnesses;
        Groups = groups;
        Quorum = quorum;
    }

    public IReadOnlyList<PolicyLog> Logs { get; }

    public IReadOnlyList<PolicyWitness> Witnesses { get; }

    public IReadOnlyList<PolicyGroup> Groups { get; }

    /// <summary>The name of a witness or group, or <see cref="NoQuorum"/>.</summary>
    public string Quorum { get; }

    /// <summary>Any of these logs, no witnesses.</summary>
    public static LogPolicy OfKeys(params IReadOnlyList<VerifierKey> logs)
    {
        return new LogPolicy([.. logs.Select(key => new PolicyLog(key, null))], [], [], NoQuorum);
    }

    /// <param name="file">A policy file's bytes.</param>
    /// <exception cref="LogFormatException">It is no policy; the message names the line.</exception>
    public static LogPolicy Parse(ReadOnlySpan<byte> file)
    {
        return new PolicyParser().Parse(file);
    }

    /// <summary>
    /// A log listed under the checkpoint's origin must have signed, and the quorum must have cosigned. A bad signature by any listed key
    /// refuses the checkpoint; unlisted keys are ignored.
    /// </summary>
    public PolicyVerdict Evaluate(SignedCheckpoint checkpoint)
    {
        var origin = checkpoint.Checkpoint.Origin;
        var logs = Logs.Select(log => log.Key).Where(key => key.Name == origin).ToList();
        if (logs.Count == 0)
        {
            return new PolicyVerdict.Refused($"no log of the policy has the origin {origin}");
        }

        var verdict = checkpoint.Note.Verify([.. logs, .. Witnesses.Select(witness => witness.Key)]);
        if (verdict is NoteVerdict.Rejected rejected)
        {
            return new PolicyVerdict.Refused(rejected.Problem);
        }

        var signatures = ((NoteVerdict.Verified)verdict).Signatures;
        var byLog = signatures.Where(one => logs.Contains(one.Key)).ToList();
        if (byLog.Count == 0)
        {
            return new PolicyVerdict.Refused($"the log {origin} has not signed");
        }

        var cosigned = Witnesses.Where(witness => signatures.Any(one => one.Key.Equals(witness.Key)))
            .Select(witness => witness.Name).ToHashSet(StringComparer.Ordinal);
        return Has(Quorum, cosigned)
            ? new PolicyVerdict.Accepted(byLog, [.. cosigned])
            : new PolicyVerdict.Refused($"the quorum {Quorum} is not met: cosigned by {(cosigned.Count == 0 ? "no witness" : string.Join(", ", cosigned))}");
    }

    /// <summary>The policy as a file.</summary>
    public byte[] ToArray()
    {
        static string Tail(string? url) => url is null ? "" : " " + url;
        string[] lines =
        [
            .. Logs.Select(log => $"log {log.Key}{Tail(log.Url)}"),
            .. Witnesses.Select(witness => $"witness {witness.Name} {witness.Key}{Tail(witness.Url)}"),
            .. Groups.Select(group => FormattableString.Invariant($"group {group.Name} {group.Threshold} {string.Join(' ', group.Members)}")),
            $"quorum {Quorum}",
        ];
        return Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n")));
    }

    private bool Has(string name, HashSet<string> cosigned)
    {
        return name == NoQuorum || cosigned.Contains(name)
            || (Groups.FirstOrDefault(group => group.Name == name) is { } group
                && group.Members.Count(member => Has(member, cosigned)) >= group.Threshold);
    }
}
