using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Backbone.Audit.Verifier.Findings;

/// <summary>A report for people, one line each, or as one JSON object.</summary>
internal static class ReportText
{
    public static string Lines(Report report, bool signaturesChecked)
    {
        var text = new StringBuilder();
        foreach (var one in report.Done)
        {
            text.Append("ok: ").Append(one).Append('\n');
        }

        foreach (var one in report.Notes)
        {
            text.Append("note: ").Append(one).Append('\n');
        }

        foreach (var one in report.Findings)
        {
            text.Append("NOT SOUND: ").Append(one).Append('\n');
        }

        if (report.Count > Report.MostFindings)
        {
            text.Append(FormattableString.Invariant($"NOT SOUND: and {report.Count - Report.MostFindings} more\n"));
        }

        return text.Append(Verdict(report, signaturesChecked)).Append('\n').ToString();
    }

    public static string Json(Report report, bool signaturesChecked)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteBoolean("sound", report.IsSound);
            json.WriteBoolean("signaturesChecked", signaturesChecked);
            json.WriteNumber("entries", report.Entries);
            json.WriteNumber("findingCount", report.Count);
            json.WriteStartArray("findings");
            foreach (var finding in report.Findings)
            {
                json.WriteStartObject();
                json.WriteString("file", finding.File);
                Write(json, "leaves", finding.Leaves);
                Write(json, "bytes", finding.Bytes);
                json.WriteString("problem", finding.Problem);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            Write(json, "verified", report.Done);
            Write(json, "notes", report.Notes);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray()) + "\n";
    }

    private static string Verdict(Report report, bool signaturesChecked)
    {
        if (!report.IsSound)
        {
            return FormattableString.Invariant($"NOT SOUND: {report.Count} finding(s)");
        }

        return signaturesChecked
            ? "sound"
            : "sound in itself, but nobody's signature was checked: give --key or --policy to know whose log this is";
    }

    private static void Write(Utf8JsonWriter json, string name, Extent? extent)
    {
        if (extent is { } value)
        {
            json.WriteStartObject(name);
            json.WriteNumber("from", value.From);
            json.WriteNumber("end", value.End);
            json.WriteEndObject();
        }
    }

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyList<string> lines)
    {
        json.WriteStartArray(name);
        foreach (var line in lines)
        {
            json.WriteStringValue(line);
        }

        json.WriteEndArray();
    }
}
