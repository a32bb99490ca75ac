using System.Text;

namespace Backbone.Credit.Fitting.Reading;

/// <summary>Cells of a text, one after another, each bounded before it is kept: no line is ever held whole.</summary>
/// <param name="text">Read once, forwards.</param>
/// <param name="file">The file's name, for messages.</param>
internal sealed class CellText(TextReader text, string file)
{
    private readonly StringBuilder cell = new();
    private bool ended;

    /// <summary>The line being read, from 1.</summary>
    public int Line { get; private set; } = 1;

    /// <summary>Whether the last cell ended its row.</summary>
    public bool RowEnded { get; private set; }

    /// <summary>Whether the last cell was written in quotes.</summary>
    public bool WasQuoted { get; private set; }

    public bool AtEnd => ended || text.Peek() < 0;

    public TableFaultException Fault(int column, string what) =>
        new($"{file}, line {Line}{(column > 0 ? $", column {column}" : "")}: {what}");

    /// <summary>The rest of the line, without its end.</summary>
    public string ReadLine()
    {
        cell.Clear();
        for (var next = text.Read(); next is >= 0 and not '\n'; next = text.Read())
        {
            Keep((char)next, 0);
        }

        Line++;
        return cell.ToString().TrimEnd('\r');
    }

    /// <summary>The next cell, blanks around it left out; <see cref="RowEnded"/> tells whether it was its row's last.</summary>
    /// <param name="separator">Between cells.</param>
    /// <param name="quotes">Characters that may enclose a cell; doubled inside, one is meant.</param>
    /// <param name="column">For messages, from 1.</param>
    public string Read(char separator, string quotes, int column)
    {
        cell.Clear();
        (RowEnded, WasQuoted) = (false, false);
        var quote = '\0';
        while (true)
        {
            var next = text.Read();
            if (quote != '\0')
            {
                if (next < 0)
                {
                    throw Fault(column, $"the quotation that began with {quote} does not end");
                }

                if (next != quote)
                {
                    if (next == '\n')
                    {
                        throw Fault(column, "a quoted cell goes on to the next line; write it on one");
                    }

                    Keep((char)next, column);
                }
                else if (text.Peek() == quote)
                {
                    text.Read();
                    Keep(quote, column);
                }
                else
                {
                    quote = '\0';
                }

                continue;
            }

            switch (next)
            {
                case < 0:
                    (ended, RowEnded) = (true, true);
                    return cell.ToString().Trim();
                case '\n':
                    RowEnded = true;
                    return cell.ToString().Trim();
                case var _ when next == separator:
                    return cell.ToString().Trim();
                case var _ when quotes.Contains((char)next, StringComparison.Ordinal) && IsBlank():
                    (quote, WasQuoted) = ((char)next, true);
                    cell.Clear();
                    break;
                default:
                    Keep((char)next, column);
                    break;
            }
        }
    }

    /// <summary>Passes over what is left of the row.</summary>
    public void SkipRow()
    {
        int next;
        while ((next = text.Read()) is >= 0 and not '\n')
        {
        }

        (ended, RowEnded) = (next < 0, true);
    }

    /// <summary>Told after a row's last cell was dealt with, so that messages about it name its own line.</summary>
    public void NextLine() => Line++;

    private bool IsBlank() => !WasQuoted && cell.ToString().AsSpan().IsWhiteSpace();

    private void Keep(char character, int column)
    {
        if (cell.Length == TableBounds.LongestCell)
        {
            throw Fault(column, $"more than {TableBounds.LongestCell} characters {(column > 0 ? "in a cell" : "on a line of the header")}");
        }

        cell.Append(character);
    }
}
