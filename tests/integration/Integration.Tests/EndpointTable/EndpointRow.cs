using System.Globalization;

namespace Backbone.Integration.Tests.EndpointTable;

/// <summary>One line of endpoints.txt.</summary>
/// <param name="Wrong">Null where nobody who is signed in is the wrong one.</param>
/// <param name="Right">Null where a signed-in person is answered as a stranger is.</param>
internal sealed record EndpointRow(string Name, HttpMethod Method, string Address, int Stranger, int? Wrong, int? Right, string Who)
{
    public static IReadOnlyList<EndpointRow> Read(string text) =>
    [
        .. text.Split('\n').Where(line => line.Trim() is { Length: > 0 } content && content[0] != '#')
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            .Select(cells => cells.Length == 7
                ? new EndpointRow(cells[0], new HttpMethod(cells[1]), cells[2], Number(cells[3])!.Value, Number(cells[4]), Number(cells[5]), cells[6])
                : throw new FormatException($"A row has seven cells, this one {cells.Length}: {string.Join(' ', cells)}")),
    ];

    /// <summary>Every caller the row speaks of, and the status it promises.</summary>
    public IEnumerable<(string Caller, int Status)> Promises()
    {
        yield return (Callers.Stranger, Stranger);
        if (Wrong is { } wrong)
        {
            yield return (Callers.WrongFor(Who), wrong);
        }

        yield return (Callers.RightFor(Who), Right ?? Stranger);
    }

    private static int? Number(string cell) => cell == "-" ? null : int.Parse(cell, CultureInfo.InvariantCulture);
}
