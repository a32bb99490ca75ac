using System.IO.Compression;
using System.Text;
using Backbone.Platform;

namespace Backbone.Credit.Facts.Files;

/// <summary>Sound rows as they are kept: number and JSON of each, packed.</summary>
internal sealed class SoundRows : IDisposable
{
    private readonly MemoryStream bytes = new();
    private readonly BinaryWriter writer;

    public SoundRows() => writer = new(new GZipStream(bytes, CompressionLevel.Fastest, leaveOpen: true), Encoding.UTF8);

    public void Add(int number, ReadOnlySpan<byte> json)
    {
        writer.Write(PackedReader.Mark);
        writer.Write7BitEncodedInt(number);
        writer.Write7BitEncodedInt(json.Length);
        writer.Write(json);
    }

    public byte[] Close()
    {
        writer.Dispose();
        return bytes.ToArray();
    }

    public void Dispose()
    {
        writer.Dispose();
        bytes.Dispose();
    }

    public static IEnumerable<(int Number, byte[] Json)> Read(byte[] packed)
    {
        using var reader = new PackedReader(packed);
        while (reader.More())
        {
            var number = reader.Reader.Read7BitEncodedInt();
            yield return (number, reader.Reader.ReadBytes(reader.Reader.Read7BitEncodedInt()));
        }
    }
}

/// <summary>Every problem of a file, in the order of its rows, packed: however many there are, few are in memory.</summary>
internal sealed class RowProblems : IDisposable
{
    private readonly MemoryStream bytes = new();
    private readonly BinaryWriter writer;

    public RowProblems() => writer = new(new GZipStream(bytes, CompressionLevel.Fastest, leaveOpen: true), Encoding.UTF8);

    public long Count { get; private set; }

    public void Add(RowProblem problem)
    {
        writer.Write(PackedReader.Mark);
        writer.Write7BitEncodedInt(problem.Row);
        writer.Write(problem.Column);
        writer.Write(problem.Rule.Zh);
        writer.Write(problem.Rule.En);
        writer.Write(problem.Value);
        Count++;
    }

    /// <summary>What is packed may be followed by what is packed later: one reads as the other's continuation.</summary>
    public byte[] Close()
    {
        writer.Dispose();
        return bytes.ToArray();
    }

    public void Dispose()
    {
        writer.Dispose();
        bytes.Dispose();
    }

    public static IEnumerable<RowProblem> Read(byte[] packed)
    {
        using var reader = new PackedReader(packed);
        while (reader.More())
        {
            var row = reader.Reader.Read7BitEncodedInt();
            var column = reader.Reader.ReadString();
            yield return new(row, column, new Bilingual(reader.Reader.ReadString(), reader.Reader.ReadString()), reader.Reader.ReadString());
        }
    }
}

/// <summary>What each row is: one character for each number from the first below the headings on.</summary>
internal sealed class RowStates
{
    public const int FirstRow = 2;

    private readonly List<byte> states;

    public RowStates() => states = [];

    private RowStates(List<byte> states) => this.states = states;

    public int Count => states.Count;

    public RowState this[int row]
    {
        get => (RowState)states[row - FirstRow];
        set
        {
            while (states.Count <= row - FirstRow)
            {
                states.Add((byte)RowState.Blank);
            }

            states[row - FirstRow] = (byte)value;
        }
    }

    public int CountOf(RowState state) => states.Count(one => one == (byte)state);

    public byte[] Pack()
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(states.ToArray());
        }

        return bytes.ToArray();
    }

    public static RowStates Read(byte[] packed)
    {
        using var gzip = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress);
        using var bytes = new MemoryStream();
        gzip.CopyTo(bytes);
        return new([.. bytes.ToArray()]);
    }

    /// <summary>The rows in at most so many equal parts, the counts of each.</summary>
    public IReadOnlyList<RowPart> Parts(int most)
    {
        var size = Math.Max(1, (states.Count + most - 1) / most);
        return [.. states.Chunk(size).Select((part, at) => new RowPart(
            FirstRow + (at * size),
            FirstRow + (at * size) + part.Length - 1,
            part.Count(one => one is (byte)RowState.New),
            part.Count(one => one is (byte)RowState.Known),
            part.Count(one => one is (byte)RowState.Bad)))];
    }
}

/// <param name="First">Number of the first row.</param>
/// <param name="Last">Number of the last.</param>
internal sealed record RowPart(int First, int Last, int New, int Known, int Bad);

internal enum RowState : byte
{
    Blank = (byte)'-',

    /// <summary>Sound, and to be stored; of a file that was stored, new then.</summary>
    New = (byte)'n',

    /// <summary>In the store already, the same.</summary>
    Known = (byte)'k',

    /// <summary>Refused, with its problems.</summary>
    Bad = (byte)'x',
}

/// <summary>Reads what one of the above has packed: before each record stands a byte, and after the last nothing.</summary>
internal sealed class PackedReader(byte[] packed) : IDisposable
{
    public const byte Mark = 1;

    public BinaryReader Reader { get; } =
        new(new BufferedStream(new GZipStream(new MemoryStream(packed), CompressionMode.Decompress), 64 << 10), Encoding.UTF8);

    /// <summary>Whether another record follows.</summary>
    public bool More() => Reader.BaseStream.ReadByte() >= 0;

    public void Dispose() => Reader.Dispose();
}
