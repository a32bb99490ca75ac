using System.Globalization;
using System.Text;
using Backbone.Audit.Storage;

namespace Backbone.Audit.Elasticsearch.Exporting;

/// <summary>
/// Held while an index is rebuilt, or held against the log and repaired: two that rebuild at once would give one name to two streams, and two
/// that repair would deliver what is missing twice. It falls with its process; who holds it and what for stands in a file beside it.
/// </summary>
internal sealed class IndexLease : IDisposable
{
    public const string Rebuild = "to rebuild it";
    public const string Reconcile = "to hold it against the log";

    private readonly FileStream held;

    private IndexLease(FileStream held) => this.held = held;

    /// <summary>Null when another holds it, in whichever process.</summary>
    /// <param name="folder">Of the export's files.</param>
    /// <param name="purpose">One of the two above.</param>
    /// <param name="clock">Since when it is held.</param>
    /// <param name="owner">Who holds it otherwise: "4711 since … to rebuild it".</param>
    /// <exception cref="IOException">The disk refused.</exception>
    public static IndexLease? TryTake(string folder, string purpose, TimeProvider clock, out string owner)
    {
        var path = Path.Combine(folder, "rebuild");
        owner = "";
        if (LockedFile.TryHold(path + ".lock") is not { } held)
        {
            owner = OwnerOf(path);
            return null;
        }

        try
        {
            ReplacedFile.Write(
                path, Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId} since {clock.GetUtcNow():u} {purpose}\n")));
            return new IndexLease(held);
        }
        catch
        {
            held.Dispose();
            throw;
        }
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
