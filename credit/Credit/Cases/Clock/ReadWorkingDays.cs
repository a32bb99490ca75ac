using System.Collections.Frozen;
using System.Globalization;
using Backbone.Platform.Yaml;

namespace Backbone.Credit.Cases.Clock;

/// <summary>Reads the working days beside the program: a file a year.</summary>
internal static class ReadWorkingDays
{
    public static string BuiltInFolder => Path.Combine(AppContext.BaseDirectory, "credit", "working-days");

    /// <exception cref="InvalidDataException">A file is faulty; every failure is in the message.</exception>
    public static WorkingDays Folder(string folder)
    {
        var failures = new List<YamlFailure>();
        List<WorkingYear> years = [];
        foreach (var file in Directory.EnumerateFiles(folder, "*.yml").Order(StringComparer.Ordinal))
        {
            if (YamlSource.Read(Path.GetFileName(file), File.ReadAllBytes(file), failures) is { } map)
            {
                years.Add(Year(map));
            }
        }

        foreach (var twice in years.GroupBy(year => year.Year).Where(group => group.Count() > 1))
        {
            failures.Add(new(folder, "year", "each year once", twice.Key.ToString(CultureInfo.InvariantCulture)));
        }

        return failures.Count == 0 ? new WorkingDays(years) : throw new InvalidDataException($"The working days are faulty. {string.Join(" ", failures)}");
    }

    private static WorkingYear Year(YamlMap map)
    {
        map.Number("format", 1, 1);
        var year = map.Number("year", 2000, 2129);
        var source = map.Text("source");
        HashSet<DateOnly> free = [];
        foreach (var holiday in map.List("free"))
        {
            holiday.Both("name");
            var (from, to) = (holiday.Date("from"), holiday.Date("to"));
            holiday.RefuseOthers();
            if (to < from || to.DayNumber - from.DayNumber > 30 || from.Year != year || to.Year != year)
            {
                holiday.Fail("to", $"days of {year}, at most 31, not before 'from'", $"{from:O} to {to:O}");
                continue;
            }

            for (var day = from; day <= to; day = day.AddDays(1))
            {
                free.Add(day);
            }
        }

        HashSet<DateOnly> worked = [];
        foreach (var text in map.Texts("worked"))
        {
            if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
                && day.Year == year && day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday && !free.Contains(day))
            {
                worked.Add(day);
            }
            else
            {
                map.Fail("worked", $"weekend days of {year} that are not free, yyyy-mm-dd", text);
            }
        }

        map.RefuseOthers();
        return new(year, source, free.ToFrozenSet(), worked.ToFrozenSet());
    }
}
