namespace Backbone.Testing;

/// <summary>Files that a running host has open for writing.</summary>
public static class OpenFile
{
    /// <summary>All of it as it stands, as UTF-8.</summary>
    public static string ReadText(string path)
    {
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        return reader.ReadToEnd();
    }

    /// <summary>
    /// All files of a data folder in which something may stand: not what is locked and empty, nor the tree over the log, whose bundles hold the same leaves
    /// once more, and come and go while the host runs.
    /// </summary>
    public static IEnumerable<string> Of(string dataDirectory) => Directory.EnumerateFiles(dataDirectory, "*", SearchOption.AllDirectories)
        .Where(file => Path.GetFileName(file) is var name && name != "lock" && !name.EndsWith(".lock", StringComparison.Ordinal) && !file.Contains("/audit/tlog/", StringComparison.Ordinal));

    /// <summary>
    /// The audit log of a data folder: its frames hold the events as JSON text, so that looking for one needs no reader, and trusts none. Empty before
    /// there is one.
    /// </summary>
    public static string ReadLog(string dataDirectory) => Path.Combine(dataDirectory, "audit", "log") is var folder && Directory.Exists(folder)
        ? string.Concat(Directory.EnumerateFiles(folder, "*.seg", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(ReadText))
        : "";
}
