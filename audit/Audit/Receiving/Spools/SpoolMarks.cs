using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Backbone.Audit.Log.Segments;
using Backbone.Audit.Storage;
using Backbone.Platform.Web.Keys;

namespace Backbone.Audit.Receiving.Spools;

/// <summary>One spool of one forwarding host.</summary>
/// <param name="Client">The client id of the token it comes with: no host can speak for another's spool.</param>
/// <param name="Spool">The spool's id, given when it was begun.</param>
internal readonly record struct SpoolName(string Client, Guid Spool);

/// <summary>How far the log has taken a spool.</summary>
/// <param name="Settled">Every event of the spool below this sequence is in the log or was refused for good.</param>
/// <param name="LogIndex">The events of the spool from <paramref name="Settled"/> on lie, if anywhere, in the log at this index or after it.</param>
/// <param name="Refused">
/// Sequences below <paramref name="Settled"/> that were refused, in order, as far as the sender may not have been told: it has not gone on since.
/// </param>
/// <param name="Ladder">Where events of lower sequences lie.</param>
internal sealed record SpoolMark(long Settled, long LogIndex, ImmutableArray<long> Refused, ImmutableArray<SpoolRung> Ladder);

/// <summary>
/// The marks, one small file for each spool, beside the log they speak of. A mark may lag behind the log and must never run ahead; what it lags is
/// read from the log. A file that is missing or damaged lags all the way.
/// </summary>
internal sealed class SpoolMarks(string folder)
{
    private const int MostBytes = 1 << 20;

    public SpoolMark? Read(SpoolName name)
    {
        var file = new FileInfo(PathOf(name));
        if (!file.Exists || file.Length > MostBytes)
        {
            return null;
        }

        var text = File.ReadAllText(file.FullName);
        var parts = text.Split(' ');
        return parts.Length == 7 && Number(parts[2]) is { } settled && Number(parts[3]) is { } index
            && parts[4].Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Number).ToList() is var refused && refused.TrueForAll(one => one is not null)
            && SpoolLadder.Read(parts[5]) is { } ladder
            && new SpoolMark(settled, index, [.. refused.Select(one => one!.Value)], ladder) is var mark && Line(name, mark) == text
                ? mark
                : null;
    }

    /// <summary>Something was ever written of the spool, readable or not.</summary>
    public bool Has(SpoolName name) => File.Exists(PathOf(name));

    /// <summary>Durable when it returns. One writer for each spool.</summary>
    public void Write(SpoolName name, SpoolMark mark)
    {
        PrivateFile.CreateFolder(folder);
        ReplacedFile.Write(PathOf(name), Encoding.UTF8.GetBytes(Line(name, mark)));
    }

    /// <summary>By a hash: a client id is a name of ours, but never part of a path.</summary>
    private string PathOf(SpoolName name) =>
        Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{name.Spool:D} {name.Client}")).AsSpan(0, 16)));

    /// <summary>A whole number from 0.</summary>
    internal static long? Number(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string Line(SpoolName name, SpoolMark mark)
    {
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{name.Spool:D} {name.Client} {mark.Settled} {mark.LogIndex} {string.Join(',', mark.Refused)} {SpoolLadder.Write(mark.Ladder)}");
        return $"{text} {Crc32C.Of(Encoding.UTF8.GetBytes(text)):x8}\n";
    }
}
