using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Backbone.Credit.Fitting.Reading;
using Backbone.Credit.Packs;
using Backbone.Credit.Scoring.Packs;

namespace Backbone.Credit.Fitting;

/// <summary>
/// <c>host credit fit</c>: reads a table, validates and fits a card, and writes the pack with its catalogue of fact types and its report. The same
/// file and request give the same bytes. Reads one file and writes one folder; needs no running host and no database.
/// </summary>
public static class FitScorecard
{
    /// <summary>Exit code when the data or the folder is refused; nothing was written.</summary>
    public const int Refused = 1;

    /// <summary>Exit code of a request that is out of bounds by itself.</summary>
    public const int Misunderstood = 2;

    /// <param name="output">Told how far it is.</param>
    /// <param name="errors">Told why it is refused, and the way out.</param>
    public static int Run(FitRequest request, TextWriter output, TextWriter errors)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(errors);
        if (request.Faults().ToArray() is { Length: > 0 } faults)
        {
            Array.ForEach(faults, errors.WriteLine);
            return Misunderstood;
        }

        try
        {
            Refuse(request.Output);
            var (report, types) = Fit(request, output);
            Save(request.Output, report, types);
            output.WriteLine($"{Path.Combine(request.Output, "pack.yml")}: {report.Pack.Rules.Length} rules. Read report.md beside it before anything rests on them.");
            return 0;
        }
        catch (Exception refused) when (refused is TableFaultException or IOException or UnauthorizedAccessException)
        {
            errors.WriteLine(refused.Message);
            return Refused;
        }
    }

    private static (FitReport Report, FactTypes Types) Fit(FitRequest request, TextWriter output)
    {
        void Say(FormattableString line) => output.WriteLine(line.ToString(CultureInfo.InvariantCulture));
        var table = ReadTable.File(request.Data, request.Outcome, [.. request.Ignore]);
        Say($"{Path.GetFileName(request.Data)}: {table.Rows} rows, {table.CountBad()} with outcome 1, {table.Columns.Count} columns to choose from");
        var how = new FitOptions { Rules = request.Rules };
        var name = new PackName(request.PackId, $"fitted to {Cut(Path.GetFileName(request.Data))}, SHA-256 {Digest(request.Data)}", request.FirstDate);
        var validation = CrossValidate.With(table, request.Folds, how, name, (fold, found) => Say(
            $"fold {fold + 1} of {request.Folds}: {found.Rules} rules, AUC {found.Area.Value:F3} on {found.Rows} rows held out"));
        Say($"AUC {validation.Area.Value:F3} ({validation.Area.Low:F3} to {validation.Area.High:F3}), KS {validation.Distance.Value:F3}, worst tenth {validation.Capture.Value:F3} of the bad");
        var card = FitCard.To(table, [.. Enumerable.Range(0, table.Rows)], how);
        if (card.Rules.IsEmpty)
        {
            throw new TableFaultException($"no column tells the outcomes of \"{request.Outcome}\" apart, so there is nothing to make a rule of");
        }

        var pack = BuildPack.Of(card, table.CountBad() / (double)table.Rows, name);
        var types = BuildPack.TypesOf(table);
        if (CheckPack.Find(pack, types) is { Count: > 0 } found)
        {
            throw new InvalidOperationException($"The fitted pack is faulty: {string.Join("; ", found)}");
        }

        return (FitReport.Of(pack, card, table, request.Outcome, how, validation), types);
    }

    private static void Refuse(string folder)
    {
        if (File.Exists(folder))
        {
            throw new TableFaultException($"{folder}: is a file; name a folder that is not there yet");
        }

        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
        {
            throw new TableFaultException($"{folder}: is not empty, and nothing is overwritten; name another folder, or empty this one");
        }
    }

    /// <summary>The pack comes last: where it is, its report is.</summary>
    private static void Save(string folder, FitReport report, FactTypes types)
    {
        Directory.CreateDirectory(folder);
        Write(folder, "report.json", WriteReportJson.Write(report));
        Write(folder, "report.md", WriteReportText.Write(report));
        Write(folder, "fact-types.yml", WriteFactTypes.Write(report.Pack, types));
        Write(folder, "pack.yml", WritePack.Write(report.Pack, "Fitted by the program; report.md says how well, and what each rule rests on."));
    }

    private static void Write(string folder, string name, string text)
    {
        using var file = new FileStream(Path.Combine(folder, name), FileMode.CreateNew, FileAccess.Write);
        file.Write(Encoding.UTF8.GetBytes(text));
        file.Flush(flushToDisk: true);
    }

    private static string Cut(string name) => new([.. name.Take(100).Select(letter => char.IsControl(letter) ? '?' : letter)]);

    private static string Digest(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}
