using System.Globalization;
using System.Text;
using Backbone.Audit.Log.Notes;

namespace Backbone.Audit.Log.Policy;

/// <summary>Reads a policy file line by line; serves one file. Names must be defined before they are used, so no group can hold itself.</summary>
internal sealed class PolicyParser
{
    /// <summary>The format asks for at least 32 of each kind.</summary>
    private const int MostOfAKind = 256;
    private const int MaxBytes = 1 << 20;

    private readonly List<PolicyLog> logs = [];
    private readonly List<PolicyWitness> witnesses = [];
    private readonly List<PolicyGroup> groups = [];
    private readonly HashSet<string> defined = new(StringComparer.Ordinal);
    private readonly HashSet<string> grouped = new(StringComparer.Ordinal);
    private string? quorum;
    private int line;

    public LogPolicy Parse(ReadOnlySpan<byte> file)
    {
        if (file.Length > MaxBytes)
        {
            throw new LogFormatException($"a policy has {file.Length} bytes, more than {MaxBytes}");
        }

        // Spaces, tabs and newlines are octets, whatever the rest means: Latin-1 maps each octet to one character and back.
        var lines = Encoding.Latin1.GetString(file).Split('\n');
        for (line = 1; line <= lines.Length; line++)
        {
            Read(lines[line - 1]);
        }

        return quorum is not null
            ? new LogPolicy(logs, witnesses, groups, quorum)
            : throw new LogFormatException("a policy has one quorum line");
    }

    private void Read(string text)
    {
        if (text.Any(one => one is < ' ' and not '\t' or '\x7F'))
        {
            throw Wrong("has a control character other than tab");
        }

        var items = text.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries).Select(Text).ToArray();
        if (items.Length == 0 || items[0][0] == '#')
        {
            return;
        }

        switch (items)
        {
            case ["log", var vkey, .. var url] when url.Length <= 1:
                Log(Key(vkey), Url(url));
                break;
            case ["witness", var name, var vkey, .. var url] when url.Length <= 1:
                Witness(name, Key(vkey), Url(url));
                break;
            case ["group", var name, var threshold, _, ..]:
                Group(name, threshold, items[3..]);
                break;
            case ["quorum", var name]:
                SetQuorum(name);
                break;
            default:
                throw Wrong("is no log, witness, group or quorum line with all its parts");
        }
    }

    private void Log(VerifierKey key, string? url)
    {
        if (key.Type == SignatureType.Cosignature)
        {
            throw Wrong("gives a log a witness's key (type 0x04)");
        }

        // A key is the same whatever its name and id (tlog-policy, "Public key representation").
        if (logs.Any(log => Same(log.Key, key)))
        {
            throw Wrong("names a log's key a second time");
        }

        logs.Add(new PolicyLog(key, url));
        Bound(logs.Count, "logs");
    }

    private void Witness(string name, VerifierKey key, string? url)
    {
        if (!key.IsCosigner)
        {
            throw Wrong("gives a witness a key that is none of a cosigner (type 0x04 or 0x06)");
        }

        if (witnesses.Any(witness => Same(witness.Key, key)))
        {
            throw Wrong("names a witness's key a second time");
        }

        Define(name);
        witnesses.Add(new PolicyWitness(name, key, url));
        Bound(witnesses.Count, "witnesses");
    }

    private void Group(string name, string threshold, string[] members)
    {
        foreach (var member in members)
        {
            if (!defined.Contains(member))
            {
                throw Wrong($"names {member}, which no line before defines");
            }

            if (!grouped.Add(member))
            {
                throw Wrong($"lists {member}, which is a member already");
            }
        }

        var count = threshold switch
        {
            "any" => 1,
            "all" => members.Length,
            _ => int.TryParse(threshold, NumberStyles.None, CultureInfo.InvariantCulture, out var k) && threshold[0] != '0' ? k : 0,
        };
        if (count < 1 || count > members.Length)
        {
            throw Wrong($"has a threshold that is neither any, all nor a number from 1 to {members.Length}");
        }

        Define(name);
        groups.Add(new PolicyGroup(name, count, members));
        Bound(groups.Count, "groups");
    }

    private void SetQuorum(string name)
    {
        if (quorum is not null)
        {
            throw Wrong("is a second quorum line");
        }

        if (name != LogPolicy.NoQuorum && !defined.Contains(name))
        {
            throw Wrong($"names {name}, which no line before defines");
        }

        quorum = name;
    }

    private void Define(string name)
    {
        if (name == LogPolicy.NoQuorum || !defined.Add(name))
        {
            throw Wrong($"defines {name}, which is defined already");
        }
    }

    private VerifierKey Key(string vkey)
    {
        try
        {
            return VerifierKey.Parse(vkey);
        }
        catch (LogFormatException problem)
        {
            throw Wrong($"has a bad key: {problem.Message}");
        }
    }

    private void Bound(int count, string what)
    {
        if (count > MostOfAKind)
        {
            throw Wrong($"makes {count} {what}, more than {MostOfAKind}");
        }
    }

    private LogFormatException Wrong(string what)
    {
        return new LogFormatException($"line {line} of the policy {what}");
    }

    private static string? Url(string[] url)
    {
        return url.Length == 0 ? null : url[0];
    }

    /// <summary>Octets that are UTF-8 become that text, others a spelling of their own: two names are the same only octet for octet.</summary>
    private static string Text(string octets)
    {
        var bytes = Encoding.Latin1.GetBytes(octets);
        try
        {
            return StrictText.Decode(bytes, "a name");
        }
        catch (LogFormatException)
        {
            return "\uFFFD" + Convert.ToHexStringLower(bytes);
        }
    }

    private static bool Same(VerifierKey one, VerifierKey other)
    {
        return one.PublicKey.Span.SequenceEqual(other.PublicKey.Span);
    }
}
