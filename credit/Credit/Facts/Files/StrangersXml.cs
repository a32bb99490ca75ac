using System.Text;
using System.Xml;

namespace Backbone.Credit.Facts.Files;

/// <summary>
/// Forward through XML that a stranger wrote. Whatever a reader of XML keeps in memory has a bound here: what stands in one tag, how deep elements are, how
/// many names there are and how long, and a text is taken in pieces, of which no more is kept than is asked for. A document type is a fault, and so is any encoding but
/// UTF-8.
/// </summary>
internal sealed class StrangersXml : IDisposable
{
    private const int Deepest = 64;

    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);

    private readonly XmlReader xml;
    private readonly char[] piece = new char[4096];
    private readonly StringBuilder text = new();

    public StrangersXml(Stream bytes) => xml = XmlReader.Create(
        new BoundedTags(new StreamReader(bytes, Utf8, detectEncodingFromByteOrderMarks: false)),
        new XmlReaderSettings
        {
            CloseInput = true,
            DtdProcessing = DtdProcessing.Prohibit,
            IgnoreComments = true,
            IgnoreProcessingInstructions = true,
            NameTable = new BoundedNames(),
            XmlResolver = null,
        });

    public int Depth => xml.Depth;

    public bool IsEmpty => xml.IsEmptyElement;

    /// <exception cref="XmlException">Not XML, or more of it than can be kept.</exception>
    public bool Read() => xml.Read() && (xml.Depth <= Deepest ? true : throw new XmlException("Elements are too deep."));

    public bool IsStart(string name) => xml.NodeType == XmlNodeType.Element && xml.LocalName == name;

    public bool IsEnd(string name) => xml.LocalName == name && (xml.NodeType == XmlNodeType.EndElement || IsStart(name) && xml.IsEmptyElement);

    public string? Attribute(string name) => xml.GetAttribute(name);

    public string? Attribute(string name, string space) => xml.GetAttribute(name, space);

    /// <summary>
    /// The text of the element that has just begun, and of those in it that are called so; its end is read. What stands in <c>rPh</c> says how a name is
    /// spoken, and is none of it.
    /// </summary>
    /// <param name="within">Null for the text of the element itself.</param>
    /// <param name="longest">Characters that are kept, and one more when there are more.</param>
    public string TextWithin(string? within, int longest)
    {
        text.Clear();
        var (depth, takes) = (xml.Depth, within is null);
        if (xml.IsEmptyElement)
        {
            return "";
        }

        while (Read() && xml.Depth > depth)
        {
            if (IsStart("rPh") && !xml.IsEmptyElement)
            {
                for (var spoken = xml.Depth; Read() && xml.Depth > spoken;)
                {
                }
            }
            else if (within is not null && xml.NodeType is XmlNodeType.Element or XmlNodeType.EndElement)
            {
                takes = IsStart(within) && !xml.IsEmptyElement;
            }
            else if (takes && xml.NodeType is XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace)
            {
                for (int read; (read = xml.ReadValueChunk(piece, 0, piece.Length)) > 0;)
                {
                    text.Append(piece, 0, Math.Min(read, longest + 1 - text.Length));
                }
            }
        }

        return text.ToString();
    }

    public void Dispose() => xml.Dispose();

    /// <summary>
    /// A reader keeps a tag with all its attributes, and a section of plain characters, whole: no more than so much stands between one "&lt;" and the next,
    /// texts included, and in such a section none counts.
    /// </summary>
    private sealed class BoundedTags(StreamReader source) : TextReader
    {
        /// <summary>Characters; ten times what a spreadsheet lets stand in a cell, for a character may be written with nine.</summary>
        private const int Longest = 10 * 32_767;

        private const string Begin = "<![CDATA[";

        private int since;

        /// <summary>How many characters of the beginning have just been read; all of them inside of a section.</summary>
        private int begun;

        /// <summary>How many brackets have just been read in a section: two and a "&gt;" end it.</summary>
        private int brackets;

        public override int Read(char[] buffer, int index, int count)
        {
            var read = source.Read(buffer, index, count);
            Count(buffer.AsSpan(index, read));
            return read;
        }

        public override int Peek() => source.Peek();

        public override int Read()
        {
            var one = new char[1];
            return Read(one, 0, 1) == 1 ? one[0] : -1;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                source.Dispose();
            }

            base.Dispose(disposing);
        }

        /// <summary>What looks like a section inside of a comment is counted as one: too much is a fault, too little is never kept.</summary>
        private void Count(ReadOnlySpan<char> read)
        {
            while (!read.IsEmpty)
            {
                // Most of a sheet is neither: from one "<" to the next in one step.
                var plain = begun > 0 ? 0 : read.IndexOf('<') is >= 0 and var at ? at : read.Length;
                since += plain;
                if (plain < read.Length)
                {
                    One(read[plain]);
                    plain++;
                }

                if (since > Longest)
                {
                    throw new XmlException("A tag or a text is too long.");
                }

                read = read[plain..];
            }
        }

        private void One(char character)
        {
            since++;
            if (begun == Begin.Length)
            {
                (begun, brackets) = (character == '>' && brackets == 2 ? 0 : begun, character == ']' ? Math.Min(brackets + 1, 2) : 0);
            }
            else if (character == '<')
            {
                (begun, since) = (1, 1);
            }
            else
            {
                (begun, brackets) = (character == Begin[begun] ? begun + 1 : 0, 0);
            }
        }
    }

    /// <summary>A reader keeps every name it meets, once.</summary>
    private sealed class BoundedNames : NameTable
    {
        private const int Most = 5_000;

        /// <summary>Characters of all names together.</summary>
        private const int MostCharacters = 1 << 20;

        private int names;
        private int characters;

        public override string Add(string key) => Get(key) ?? base.Add(Bounded(key, key.Length));

        public override string Add(char[] key, int start, int len) => Get(key, start, len) ?? base.Add(Bounded(key, len), start, len);

        private T Bounded<T>(T key, int length) =>
            ++names <= Most && (characters += length) <= MostCharacters ? key : throw new XmlException("There are too many names, or too long ones.");
    }
}
