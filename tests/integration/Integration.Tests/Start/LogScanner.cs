using System.Text.Json;

namespace Backbone.Integration.Tests.Start;

/// <summary>Finds in log files what must not be there: as it is, and as JSON, addresses or HTML would write it.</summary>
internal static class LogScanner
{
    /// <returns>Each finding: the secret and the line it stands in. Empty when there is none.</returns>
    public static async Task<IReadOnlyList<(string Secret, string Line)>> FindAsync(string folder, IReadOnlyCollection<string> forbidden)
    {
        List<(string, string)> found = [];
        var lines = 0;
        foreach (var file in Directory.GetFiles(folder))
        {
            foreach (var line in await File.ReadAllLinesAsync(file))
            {
                lines++;
                using var document = JsonDocument.Parse(line);
                var texts = Texts(document.RootElement).Append(line).ToList();
                found.AddRange(forbidden.Where(secret => texts.Any(text => Writes(text, secret))).Select(secret => (secret, line)));
            }
        }

        Assert.True(lines > 0, $"{folder} holds no line.");
        return found;
    }

    private static bool Writes(string text, string secret) => new[] { secret, Uri.EscapeDataString(secret), System.Net.WebUtility.HtmlEncode(secret) }
        .Any(form => text.Contains(form, StringComparison.OrdinalIgnoreCase));

    /// <summary>Every name and every value, as it was before JSON escaped it.</summary>
    private static IEnumerable<string> Texts(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(part => Texts(part.Value).Prepend(part.Name)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Texts),
        JsonValueKind.String => [element.GetString()!],
        _ => [element.GetRawText()],
    };
}
