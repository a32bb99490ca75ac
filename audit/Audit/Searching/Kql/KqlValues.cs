using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Backbone.Audit.Contracts.Fields;

namespace Backbone.Audit.Searching.Kql;

/// <summary>Gives the words of a query the types of their fields, or says why they have none.</summary>
internal sealed class KqlValues(DateTimeOffset now, TimeSpan zone)
{
    /// <summary>The field a name means; the nearest name is told when it means none.</summary>
    public static EventField FieldOf(KqlToken token)
    {
        if (EventFields.Find(token.Text) is { } field)
        {
            return field;
        }

        var near = EventFields.All.Select(known => (known.Name, Distance: Distance(token.Text, known.Name))).MinBy(known => known.Distance);
        var hint = near.Distance <= Math.Max(2, token.Text.Length / 3) ? $" → {near.Name}" : "";
        throw Fault(token, KqlError.UnknownField, token.Text + hint);
    }

    /// <summary>A word or phrase that stands for itself: looked for in every text of the event.</summary>
    public static KqlNode Free(KqlToken token) => WordsOf(null, token);

    /// <summary><c>field:value</c>.</summary>
    public KqlNode Compare(EventField field, KqlToken token)
    {
        if (token is { Sign: KqlSign.Word, HasWildcard: true } && token.Parts.All(part => part.Length == 0))
        {
            return new KqlExists(field);
        }

        if (field.Type == FieldType.Text)
        {
            return WordsOf(field, token);
        }

        if (token is { Sign: KqlSign.Word, HasWildcard: true })
        {
            return field.Type == FieldType.Keyword
                ? new KqlWildcard(field, [.. token.Parts])
                : throw Fault(token, KqlError.WrongValue, token.Text);
        }

        switch (field.Type)
        {
            case FieldType.Date:
                var (start, end) = Time(token);
                return start == end
                    ? new KqlEquals(field, new KqlValue { Time = start })
                    : new KqlAnd([
                        new KqlRange(field, KqlComparison.GreaterOrEqual, new KqlValue { Time = start }),
                        new KqlRange(field, KqlComparison.Less, new KqlValue { Time = end })]);
            case FieldType.Ip when token.Text.Contains('/', StringComparison.Ordinal):
                return IPNetwork.TryParse(token.Text, out var network)
                    ? new KqlNetwork(field, network)
                    : throw Fault(token, KqlError.WrongValue, token.Text);
            default:
                return new KqlEquals(field, Typed(field, token));
        }
    }

    /// <summary><c>field &gt;= value</c>. A date written to the day stands for the whole day: "&lt;=" takes it in, "&gt;" begins after it.</summary>
    public KqlNode Bound(EventField field, KqlComparison comparison, KqlToken sign, KqlToken token)
    {
        if (field.Type is FieldType.Text or FieldType.Boolean or FieldType.Ip)
        {
            throw Fault(sign, KqlError.WrongComparison, field.Name);
        }

        if (token.HasWildcard)
        {
            throw Fault(token, KqlError.WrongValue, token.Text);
        }

        if (field.Type != FieldType.Date)
        {
            return new KqlRange(field, comparison, Typed(field, token));
        }

        var (start, end) = Time(token);
        return (comparison, start == end) switch
        {
            (KqlComparison.Greater, false) => new KqlRange(field, KqlComparison.GreaterOrEqual, new KqlValue { Time = end }),
            (KqlComparison.LessOrEqual, false) => new KqlRange(field, KqlComparison.Less, new KqlValue { Time = end }),
            _ => new KqlRange(field, comparison, new KqlValue { Time = start }),
        };
    }

    private static KqlWords WordsOf(EventField? field, KqlToken token)
    {
        // Only at the end does an asterisk mean something between words.
        var prefix = token.HasWildcard && token.Parts[^1].Length == 0;
        var inner = token.HasWildcard ? token.Parts.Take(token.Parts.Count - (prefix ? 1 : 0)).ToList() : token.Parts;
        var words = inner.Count == 1 ? SearchText.Words(inner[0]) : [];
        return words.Length > 0 ? new KqlWords(field, words, prefix) { Raw = inner[0] } : throw Fault(token, KqlError.WrongValue, token.Text);
    }

    private static KqlValue Typed(EventField field, KqlToken token)
    {
        var text = token.Text;
        var value = field.Type switch
        {
            FieldType.Keyword => new KqlValue { Text = text },
            FieldType.Ip => new KqlValue { Address = IPAddress.TryParse(text, out var address) ? address : null },
            FieldType.Number => new KqlValue
            {
                Number = long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null,
            },
            FieldType.Real => new KqlValue
            {
                Real = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) && double.IsFinite(real) ? real : null,
            },
            FieldType.Boolean => new KqlValue { Truth = text switch { "true" => true, "false" => false, _ => null } },
            _ => default,
        };
        return value == default ? throw Fault(token, KqlError.WrongValue, text) : value;
    }

    private (DateTimeOffset Start, DateTimeOffset End) Time(KqlToken token) =>
        KqlTime.Parse(token.Text, now, zone) ?? throw Fault(token, KqlError.WrongValue, token.Text);

    private static KqlException Fault(KqlToken token, KqlError error, string text) => new(new KqlFault(token.Position, token.Length, error, text));

    /// <summary>Levenshtein; names are short.</summary>
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                (diagonal, row[j]) = (row[j], cost);
            }
        }

        return row[b.Length];
    }
}
