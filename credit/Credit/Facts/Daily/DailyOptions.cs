using Backbone.Platform.Web;
using Microsoft.Extensions.Options;

namespace Backbone.Credit.Facts.Daily;

/// <summary>Daily files of agencies (section <c>Backbone:Credit:DailyFiles</c>).</summary>
internal sealed class DailyOptions
{
    public const string Section = CreditOptions.Section + ":DailyFiles";

    /// <summary>How often folders are looked into. Seconds, 0–3,600; 0 turns it off on this host. Default 30.</summary>
    public int Seconds { get; set; } = 30;

    /// <summary>How long a file must have stood still before it is read. Seconds, 0–3,600. Default 10.</summary>
    public int StillSeconds { get; set; } = 10;

    /// <summary>After how long a file that nobody has taken makes the host's health degraded. Minutes, 1–10,080. Default 60.</summary>
    public int StuckMinutes { get; set; } = 60;

    /// <summary>The folders. At most 500. Default none.</summary>
    public IList<DailyAgency> Agencies { get; } = [];
}

/// <summary>One agency's folder.</summary>
internal sealed class DailyAgency
{
    /// <summary>Absolute, or below the data folder. On several hosts the same folder of a shared disk.</summary>
    public string Folder { get; set; } = "";

    /// <summary>The client id whose facts they are. 1–100 characters: a–z, 0–9 and hyphens.</summary>
    public string Source { get; set; } = "";

    public string PathOf(BackboneOptions platform) => Path.IsPathRooted(Folder) ? Folder : platform.PathOf(Folder);
}

internal sealed class DailyOptionsBounds : IValidateOptions<DailyOptions>
{
    private const int Most = 500;

    public ValidateOptionsResult Validate(string? name, DailyOptions options)
    {
        List<string> failures = [];
        Bound(nameof(options.Seconds), options.Seconds, 0, 3_600, "seconds");
        Bound(nameof(options.StillSeconds), options.StillSeconds, 0, 3_600, "seconds");
        Bound(nameof(options.StuckMinutes), options.StuckMinutes, 1, 10_080, "minutes");
        Bound(nameof(options.Agencies), options.Agencies.Count, 0, Most, "folders");
        foreach (var (agency, at) in options.Agencies.Select((agency, at) => (agency, at)))
        {
            if (agency.Source.Length is 0 or > 100 || agency.Source.Any(character => !char.IsAsciiLetterLower(character) && !char.IsAsciiDigit(character) && character != '-'))
            {
                failures.Add($"{DailyOptions.Section}:{nameof(options.Agencies)}:{at}:Source must be a client id, 1–100 of a–z, 0–9 and hyphens, but is '{agency.Source}'.");
            }

            if (agency.Folder.Length == 0)
            {
                failures.Add($"{DailyOptions.Section}:{nameof(options.Agencies)}:{at}:Folder must be a folder, but is empty.");
            }
        }

        // One inside another would be read for both: what stands in the inner one's done/ is the outer one's, or the other way round.
        string[] folders = [.. options.Agencies.Select(agency => agency.Folder).Where(folder => folder.Length > 0).Select(Whole).Order(StringComparer.Ordinal)];
        foreach (var (outer, inner) in folders.Zip(folders.Skip(1)).Where(pair => pair.Second.StartsWith(pair.First, StringComparison.Ordinal)))
        {
            failures.Add($"{DailyOptions.Section}:{nameof(options.Agencies)} must name folders apart from each other, but names '{outer}' and '{inner}'.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);

        // However it is written; a folder below the data folder as if that were the root.
        static string Whole(string folder) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder, Path.GetPathRoot(Path.GetFullPath("."))!)) + Path.DirectorySeparatorChar;

        void Bound(string field, int value, int least, int most, string unit)
        {
            if (value < least || value > most)
            {
                failures.Add($"{DailyOptions.Section}:{field} must be {least}–{most} ({unit}), but is {value}.");
            }
        }
    }
}
