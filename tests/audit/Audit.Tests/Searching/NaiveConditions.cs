using System.Net;
using System.Text;
using Backbone.Audit.Searching;
using Backbone.Audit.Searching.Kql;

namespace Backbone.Audit.Tests.Searching;

/// <summary>Whether a condition holds for an event.</summary>
internal static class NaiveConditions
{
    public static bool Holds(KqlNode node, NaiveEvent one) => node switch
    {
        KqlAll => true,
        KqlAnd and => and.Parts.All(part => Holds(part, one)),
        KqlOr or => or.Parts.Any(part => Holds(part, one)),
        KqlNot not => !Holds(not.Part, one),
        KqlExists exists => one.Values(exists.Field).Count > 0,
        KqlEquals equals => one.Values(equals.Field).Any(value => value.CompareTo(Of(equals.Value)) == 0),
        KqlWildcard wildcard => one.Values(wildcard.Field).Any(value => Fits(value.Text!, wildcard.Parts)),
        KqlRange range => one.Values(range.Field).Any(value => Fits(value.CompareTo(Of(range.Bound)), range.Comparison)),
        KqlNetwork network => one.Values(network.Field).Any(value => Lies(value.Address!, network.Network)),
        KqlWords words => (words.Field is null ? one.Texts : one.Values(words.Field).Select(value => value.Text!)).Any(text => Stand(text, words)),
        _ => throw new InvalidOperationException(node.GetType().Name),
    };

    private static NaiveValue Of(KqlValue value) => new()
    {
        Text = value.Text,
        Number = value.Number,
        Real = value.Real,
        Truth = value.Truth,
        Milliseconds = value.Time?.ToUnixTimeMilliseconds(),
        Address = value.Address?.MapToIPv6(),
    };

    private static bool Fits(int compared, KqlComparison comparison) => comparison switch
    {
        KqlComparison.Less => compared < 0,
        KqlComparison.LessOrEqual => compared <= 0,
        KqlComparison.Greater => compared > 0,
        _ => compared >= 0,
    };

    private static bool Fits(string text, IReadOnlyList<string> parts)
    {
        if (!text.StartsWith(parts[0], StringComparison.Ordinal))
        {
            return false;
        }

        var at = parts[0].Length;
        foreach (var part in parts.Skip(1).SkipLast(1))
        {
            var next = text.IndexOf(part, at, StringComparison.Ordinal);
            if (next < 0)
            {
                return false;
            }

            at = next + part.Length;
        }

        return text.Length - parts[^1].Length >= at && text.EndsWith(parts[^1], StringComparison.Ordinal);
    }

    /// <summary>IPv4 stands for its mapped IPv6 form, as in the stores.</summary>
    private static bool Lies(IPAddress address, IPNetwork network)
    {
        var isShort = network.BaseAddress.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork;
        var bits = network.PrefixLength + (isShort ? 96 : 0);
        var (a, b) = (address.MapToIPv6().GetAddressBytes(), network.BaseAddress.MapToIPv6().GetAddressBytes());
        return Enumerable.Range(0, bits).All(bit => ((a[bit / 8] ^ b[bit / 8]) & (0x80 >> (bit % 8))) == 0);
    }

    private static bool Stand(string text, KqlWords wanted)
    {
        var words = SearchText.Words(text);
        return Enumerable.Range(0, Math.Max(0, words.Length - wanted.Words.Length + 1)).Any(start =>
            wanted.Words.Select((word, i) => (word, i)).All(pair =>
                words[start + pair.i] == pair.word
                || (wanted.LastIsPrefix && pair.i == wanted.Words.Length - 1 && words[start + pair.i].StartsWith(pair.word, StringComparison.Ordinal))));
    }
}
