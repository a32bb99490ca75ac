using Backbone.Credit.Enterprise.Reading;
using Backbone.Credit.Scoring.Explaining;
using QRCoder;
using SkiaSharp;

namespace Backbone.Credit.Paper;

/// <summary>What is printed beside the report: its number, whose it is, and where it is verified.</summary>
internal sealed record PaperHead(Guid Id, string Name, DateTimeOffset At, string VerifyAt, bool IsProved);

/// <summary>The organisation's report as sheets: the same facts and words as the page, in the reader's language.</summary>
internal sealed class DrawReport(PaperFont paper, ReportWords words)
{
    private const float BarHeight = 9;
    private const float QrSize = 96;

    private static readonly SKColor Plus = new(0x17, 0x87, 0x82);
    private static readonly SKColor Minus = new(0xC8, 0x66, 0x2F);
    private static readonly SKColor Sum = new(0x12, 0x48, 0x7F);

    /// <summary>Null where there is no font for it.</summary>
    public byte[]? Run(MyReport report, PaperHead head)
    {
        using var face = paper.Open();
        if (face is null)
        {
            return null;
        }

        using var stream = new MemoryStream();
        var day = head.At.UtcDateTime;
        var about = new SKDocumentPdfMetadata(72, 101)
        {
            Title = words["Title"] + " " + head.Name,
            Subject = head.Id.ToString("D"),
            Creation = day,
            Modified = day,
        };
        using (var document = SKDocument.CreatePdf(stream, about))
        {
            using (var sheet = new PaperSheet(document, face, page => words["Paper_Foot", page, head.Id.ToString("D")]))
            {
                Head(sheet, report, head);
                Parts(sheet, report);
                Left(sheet, report);
                Ahead(sheet, report);
                Verify(sheet, head);
            }

            document.Close();
        }

        return stream.ToArray();
    }

    private void Head(PaperSheet sheet, MyReport report, PaperHead head)
    {
        var pack = report.Scored.Pack.Pack;
        Qr(sheet, head.VerifyAt);
        sheet.Text(words["Title"], 22);
        sheet.Text(head.Name, 13);
        sheet.Text(words["Basis_Code"] + words["Colon"] + report.Scored.Entity, 10);
        sheet.Space(8);
        sheet.Text(words["Paper_Grade", report.Grade.Id, report.Grade.Title, ReportWords.Number(report.Answer.Points)], 16);
        if (report.Answer.GradeByPoints != report.Answer.Grade)
        {
            sheet.Text(words["Grade_Bounded", report.Answer.GradeByPoints, report.Answer.Grade]);
        }

        sheet.Rule();
        sheet.Text(words["Purpose"] + words["Colon"] + pack.Purposes.First(one => one.Id == report.Answer.Purpose).Title);
        sheet.Text(words["Basis_Day"] + words["Colon"] + ReportWords.Day(report.Answer.ValidOn));
        sheet.Text(words["Basis_Pack"] + words["Colon"] + words["Basis_PackOf", pack.Title.ToString(), pack.Version] + words["Semicolon"] + pack.Basis);
        sheet.Text(words["Paper_Known", Reports.KnowledgeTime.Write(report.Scored.Known), report.Scored.InputDigest], 8, grey: true);
        if (pack.Note.ToString() is { Length: > 0 } note)
        {
            sheet.Text(note, 8, grey: true);
        }
    }

    private void Parts(PaperSheet sheet, MyReport report)
    {
        Title(sheet, words["Why_Title"]);
        var parts = report.Answer.Contributions;
        long least = 0, most = 1, sum = 0;
        foreach (var part in parts)
        {
            sum += part.Points;
            (least, most) = (Math.Min(least, sum), Math.Max(most, sum));
        }

        sum = 0;
        foreach (var part in parts)
        {
            sheet.Need(60);
            var isBase = part.Kind == ContributionKind.Base;
            sheet.Row(words.Kind(part), isBase ? ReportWords.Number(part.Points) : ReportWords.Signed(part.Points), 11);
            Bar(sheet, isBase ? 0 : sum, sum + part.Points, least, most, isBase ? Sum : part.Points < 0 ? Minus : Plus);
            sum += part.Points;
            if (part.Basis is { } basis)
            {
                sheet.Text(words["Law", basis], 8, grey: true);
            }

            foreach (var fact in part.Facts)
            {
                Fact(sheet, report.Facts[fact.Id], fact);
            }
        }

        sheet.Row(words["Chart_Total"], ReportWords.Number(sum), 11);
        Bar(sheet, 0, sum, least, most, Sum);
        foreach (var bound in report.Answer.Bounds)
        {
            sheet.Text(bound.Title + words["Dot"] + words["AtBest", bound.AtBest] + words["Dot"] + words["Law", bound.Basis], 11);
            foreach (var fact in bound.Facts)
            {
                Fact(sheet, report.Facts[fact.Id], fact);
            }
        }
    }

    private void Fact(PaperSheet sheet, FactLine fact, CountedFact? counted)
    {
        const float indent = 14;
        sheet.Need(48);
        var brought = counted?.Points is { } points ? words["Dot"] + words["Points", ReportWords.Signed(points)] : "";
        sheet.Text(words.Title(fact) + brought + (fact.IsDisputed ? words["Dot"] + words["Disputed"] : ""), 10, indent);
        sheet.Text(words["Fact_Where", fact.Content.Authority, fact.Content.Document, ReportWords.Day(fact.Content.Dates.Decided)], 9, indent);
        sheet.Text(words["Fact_Law", fact.Content.Basis], 9, indent);
        if (counted is not null)
        {
            sheet.Text(counted.EndsOn is { } ends ? words["Fact_Ends", ReportWords.Day(ends)] : words["Fact_EndsNever"], 9, indent);
        }
    }

    private void Left(PaperSheet sheet, MyReport report)
    {
        Title(sheet, words["Left_Title"]);
        var any = false;
        foreach (var left in report.Answer.LeftOut.GroupBy(one => one.Id))
        {
            Fact(sheet, report.Facts[left.Key], null);
            sheet.Text(string.Join(words["Semicolon"], left.Select(one => words.Reason(one, report.Facts[one.Id])).Distinct()), 9, 14);
            any = true;
        }

        if (!any)
        {
            sheet.Text(words["Left_None"]);
        }
    }

    private void Ahead(PaperSheet sheet, MyReport report)
    {
        Title(sheet, words["Ahead_Title"]);
        foreach (var step in report.Curve)
        {
            sheet.Row(words["Paper_From", ReportWords.Day(step.From)], words["Paper_Step", ReportWords.Number(step.Points), step.Grade]);
        }
    }

    private void Verify(PaperSheet sheet, PaperHead head)
    {
        Title(sheet, words["Paper_VerifyTitle"]);
        sheet.Text(words["Paper_Verify", head.VerifyAt], 9);
        sheet.Text(words[head.IsProved ? "Paper_Proved" : "Paper_NotProved"], 9);
        sheet.Text(words["Paper_SelfSigned"], 9, grey: true);
    }

    private static void Title(PaperSheet sheet, string title)
    {
        sheet.Need(80);
        sheet.Space(14);
        sheet.Text(title, 14);
        sheet.Rule();
    }

    private static void Bar(PaperSheet sheet, long from, long to, long least, long most, SKColor color)
    {
        var scale = PaperSheet.Inner / (most - least);
        sheet.Bar((Math.Min(from, to) - least) * scale, Math.Abs(to - from) * scale, BarHeight, color);
    }

    /// <summary>In the upper right corner of the first page, as one path.</summary>
    private static void Qr(PaperSheet sheet, string address)
    {
        using var code = QRCodeGenerator.GenerateQrCode(address, QRCodeGenerator.ECCLevel.M);
        var module = QrSize / code.ModuleMatrix.Count;
        using var paint = new SKPaint { Color = SKColors.Black };
        using var path = new SKPathBuilder();
        for (var y = 0; y < code.ModuleMatrix.Count; y++)
        {
            for (var x = 0; x < code.ModuleMatrix[y].Count; x++)
            {
                if (code.ModuleMatrix[y][x])
                {
                    path.AddRect(SKRect.Create(PaperSheet.Width - PaperSheet.Margin - QrSize + (x * module), PaperSheet.Margin + (y * module), module, module));
                }
            }
        }

        using var drawn = path.Detach();
        sheet.Canvas.DrawPath(drawn, paint);
    }
}
