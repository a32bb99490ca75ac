using System.Globalization;
using System.Text.RegularExpressions;

namespace Backbone.Architecture.Tests;

/// <summary>Ids of log lines: one meaning each, in the range of their folder.</summary>
internal static partial class LogEventRules
{
    private static readonly (string Folder, int From, int To)[] Ranges =
    [
        ("identity/", 1000, 1999), ("credit/", 2000, 2999), ("audit/", 3000, 3999), ("platform/", 9000, 9999), ("host/", 9000, 9999),
    ];

    public static IEnumerable<string> Violations(IEnumerable<(string Path, string Text)> files)
    {
        var lines = files.SelectMany(file => Message().Matches(file.Text)
            .Select(match => (file.Path, Id: int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)))).ToList();
        foreach (var twice in lines.GroupBy(line => line.Id).Where(group => group.Count() > 1))
        {
            yield return $"Log id {twice.Key} is used in {string.Join(" and ", twice.Select(line => line.Path))}.";
        }

        foreach (var (path, id) in lines)
        {
            var range = Ranges.FirstOrDefault(range => path.StartsWith(range.Folder, StringComparison.Ordinal));
            if (range.Folder is null || id < range.From || id > range.To)
            {
                yield return $"{path}: log id {id} is outside the range of its folder.";
            }
        }
    }

    [GeneratedRegex(@"\[LoggerMessage\(\s*(?:EventId\s*=\s*)?(\d+)")]
    private static partial Regex Message();
}
