using System.Globalization;
using System.Text;
using Backbone.Audit.Log.Segments;

namespace Backbone.Audit.Storage;

/// <summary>
/// How far a consumer of the log has come: one file per consumer, one line, a checksum. The file is replaced whole. One owner per file; the log's lock keeps other processes out.
/// A cursor may lag behind what the consumer did, never run ahead: write it after what it speaks of is durable.
/// </summary>
internal sealed class CursorFile(string folder, string name)
{
    private const int MostBytes = 64;
    private readonly string path = Path.Combine(folder, name);

    public string FullPath => path;

    /// <summary>The first index the consumer has not done with; null when it never began.</summary>
    /// <exception cref="AuditLogCorruptException">The file is there and cannot be read as a cursor.</exception>
    public long? Read()
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }

        var text = bytes.Length <= MostBytes ? Encoding.ASCII.GetString(bytes) : "";
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        return space > 0 && long.TryParse(text.AsSpan(0, space), NumberStyles.None, CultureInfo.InvariantCulture, out var next) && text == Line(next)
            ? next
            : throw new AuditLogCorruptException(path, 0, "is no cursor; delete the file to let this consumer find out anew where it stands");
    }

    /// <summary>Durable when it returns.</summary>
    public void Write(long next)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(next);
        Directory.CreateDirectory(folder);
        ReplacedFile.Write(path, Encoding.ASCII.GetBytes(Line(next)));
    }

    private static string Line(long next)
    {
        var number = next.ToString(CultureInfo.InvariantCulture);
        return $"{number} {Crc32C.Of(Encoding.ASCII.GetBytes(number)):x8}\n";
    }
}
