using System.Globalization;
using System.Text;
using Backbone.Audit.Storage;

namespace Backbone.Audit.Elasticsearch.Exporting;

/// <summary>
/// Held while an index is rebuilt: two that do it at once would give one name to two streams. It falls with its process; who holds it stands in a file
/// beside it.
/// </summary>
internal sealed class RebuildLease : IDisposable
{
    private readonly FileStream held;

    /// <exception cref="IOException">Another process holds it, which is named.</exception>
    public RebuildLease(string folder, TimeProvider clock)
    {
        var path = Path.Combine(folder, "rebuild");
        held = LockedFile.TryHold(path + ".lock") ?? throw new IOException(
            $"an index is being rebuilt already, by process {OwnerOf(path)}; let it end, or end it and begin again");
        ReplacedFile.Write(path, Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId} since {clock.GetUtcNow():u}\n")));
    }

    public void Dispose() => held.Dispose();

    private static string OwnerOf(string path)
    {
        try
        {
            return File.ReadAllText(path, Encoding.ASCII).Trim();
        }
        catch (IOException)
        {
            // It has only just begun.
            return "unknown";
        }
    }
}
