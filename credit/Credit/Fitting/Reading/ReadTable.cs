using System.Text;

namespace Backbone.Credit.Fitting.Reading;

/// <summary>Opens a file of entities: CSV or ARFF by its ending, UTF-8.</summary>
internal static class ReadTable
{
    /// <exception cref="TableFaultException">There is no such file, it is too large, or something in it cannot be read.</exception>
    public static EntityTable File(string path, string outcome, IReadOnlyCollection<string> ignored)
    {
        var file = Path.GetFileName(path);
        var size = new FileInfo(path) is { Exists: true } found ? found.Length : throw new TableFaultException($"{path}: there is no such file");
        if (size > TableBounds.LargestFile)
        {
            throw new TableFaultException($"{file}: {size} bytes, at most {TableBounds.LargestFile}; fit to a part of the rows drawn by chance");
        }

        Func<TextReader, EntityTable> read = Path.GetExtension(path).ToUpperInvariant() switch
        {
            ".CSV" => text => ReadCsv.From(text, file, outcome, ignored),
            ".ARFF" => text => ReadArff.From(text, file, outcome, ignored),
            _ => throw new TableFaultException($"{file}: the ending says the format, .csv or .arff; save spreadsheets as CSV UTF-8"),
        };
        using var text = new StreamReader(path, new UTF8Encoding(false, throwOnInvalidBytes: true), detectEncodingFromByteOrderMarks: true);
        try
        {
            return read(text);
        }
        catch (DecoderFallbackException)
        {
            throw new TableFaultException($"{file}: is not UTF-8; save it as CSV UTF-8");
        }
    }
}
