using SkiaSharp;

namespace Backbone.Credit.Paper;

/// <summary>Sheets of A4 that fill from top to bottom; what does not fit goes to the next. Units are points, 1/72 inch.</summary>
internal sealed class PaperSheet : IDisposable
{
    public const float Width = 595;
    public const float Height = 842;
    public const float Margin = 56;
    public const float Inner = Width - (2 * Margin);

    private const float LineHeight = 1.55f;
    private const float Bottom = Height - 64;

    private readonly SKDocument document;
    private readonly SKTypeface face;
    private readonly Func<int, string> footer;
    private SKCanvas? canvas;
    private int page;

    /// <param name="footer">What stands at the foot of a page, by its number.</param>
    public PaperSheet(SKDocument document, SKTypeface face, Func<int, string> footer)
    {
        (this.document, this.face, this.footer) = (document, face, footer);
        Turn();
    }

    public float Y { get; private set; }

    public SKCanvas Canvas => canvas!;

    public void Space(float height) => Y += height;

    /// <summary>Goes to the next page unless so much room is left.</summary>
    public void Need(float height)
    {
        if (Y + height > Bottom)
        {
            Turn();
        }
    }

    /// <summary>A paragraph, broken into lines between Chinese characters and at spaces.</summary>
    public void Text(string words, float size = 10, float indent = 0, bool grey = false)
    {
        using var font = new SKFont(face, size);
        foreach (var line in LinesOf(words, font, Inner - indent))
        {
            Need(size * LineHeight);
            Y += size * LineHeight;
            Draw(line, Margin + indent, Y - (size * 0.4f), font, SKTextAlign.Left, grey);
        }
    }

    /// <summary>Words on the left, a number on the right of the last line.</summary>
    public void Row(string words, string number, float size = 10)
    {
        Text(words, size);
        using var font = new SKFont(face, size);
        Draw(number, Width - Margin, Y - (size * 0.4f), font, SKTextAlign.Right, false);
    }

    public void Rule()
    {
        Y += 6;
        using var paint = new SKPaint { Color = new SKColor(0xB0, 0xB6, 0xB8), StrokeWidth = 0.6f, IsStroke = true };
        Canvas.DrawLine(Margin, Y, Width - Margin, Y, paint);
        Y += 2;
    }

    public void Bar(float from, float width, float height, SKColor color)
    {
        Need(height);
        using var paint = new SKPaint { Color = color };
        Canvas.DrawRect(Margin + from, Y + 1, Math.Max(width, 0.8f), height - 2, paint);
        Y += height;
    }

    public void Dispose()
    {
        document.EndPage();
        canvas = null;
    }

    /// <summary>Lines no wider than that; a word that is wider by itself is broken where it must.</summary>
    internal static IEnumerable<string> LinesOf(string words, SKFont font, float width)
    {
        var (start, breakAt) = (0, -1);
        for (var i = 0; i < words.Length; i++)
        {
            if (font.MeasureText(words.AsSpan(start, i + 1 - start)) > width && i > start)
            {
                var end = breakAt > start ? breakAt : i;
                yield return words[start..end].TrimEnd();
                start = end;
            }

            // Never before closing punctuation; after a space, and around characters that stand for words.
            if (words[i] == ' ' || (words[i] > '\u2E80' && (i + 1 >= words.Length || !"，。、；：）〕》”".Contains(words[i + 1], StringComparison.Ordinal))))
            {
                breakAt = i + 1;
            }
        }

        yield return words[start..];
    }

    private void Draw(string words, float x, float y, SKFont font, SKTextAlign align, bool grey)
    {
        using var paint = new SKPaint { Color = grey ? new SKColor(0x52, 0x60, 0x65) : SKColors.Black, IsAntialias = true };
        Canvas.DrawText(words, x, y, align, font, paint);
    }

    private void Turn()
    {
        if (canvas is not null)
        {
            document.EndPage();
        }

        canvas = document.BeginPage(Width, Height);
        page++;
        Y = Margin;
        using var font = new SKFont(face, 8);
        Draw(footer(page), Margin, Height - 36, font, SKTextAlign.Left, true);
    }
}
