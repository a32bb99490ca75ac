using System.Buffers;
using System.Collections.Immutable;
using System.Net.Mime;
using System.Text;
using Backbone.Audit.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Backbone.Audit.Console;

/// <summary>
/// Events as lines: NDJSON, each line the leaf byte for byte; or CSV (RFC 4180, UTF-8 with a mark so that spreadsheets read Chinese) of the
/// chosen columns. Written as it is read, a few hundred events in memory at a time.
/// </summary>
/// <param name="indexes">Which, in order.</param>
/// <param name="log">Where they stand.</param>
/// <param name="columns">The fields of a CSV; none for NDJSON.</param>
/// <param name="name">What the file is called.</param>
internal sealed class RowsFile(IReadOnlyList<long> indexes, LogReader log, ImmutableArray<string> columns, string name) : IResult
{
    private const int Chunk = 256;
    private static readonly SearchValues<char> NeedsQuotes = SearchValues.Create(",\"\r\n");

    /// <summary>A spreadsheet takes a cell that begins so for a formula, and runs it (CWE-1236); in Chinese and Japanese ones the full-width signs too.</summary>
    private static readonly SearchValues<char> BeginsFormula = SearchValues.Create("=+-@\t\r\n＝＋－＠");

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.ContentType = columns.IsEmpty ? "application/x-ndjson" : "text/csv; charset=utf-8";
        response.Headers.ContentDisposition = new ContentDispositionHeaderValue(DispositionTypeNames.Attachment) { FileName = name }.ToString();
        if (!columns.IsEmpty)
        {
            // Names of fields are ours: "@timestamp" stays what it is for whoever reads the file by column.
            var head = "\uFEFF" + string.Join(',', columns.Prepend("event.sequence")) + "\r\n";
            await response.Body.WriteAsync(Encoding.UTF8.GetBytes(head), httpContext.RequestAborted);
        }

        foreach (var chunk in indexes.Chunk(Chunk))
        {
            var bytes = new ArrayBufferWriter<byte>(64 * 1024);
            foreach (var row in EventRow.Read(log, chunk))
            {
                if (columns.IsEmpty)
                {
                    bytes.Write(row.Json);
                    bytes.Write("\n"u8);
                }
                else
                {
                    var cells = columns.Select(column => string.Join(' ', row.Values(column)));
                    Encoding.UTF8.GetBytes(Line(cells.Prepend(row.Index.ToString(System.Globalization.CultureInfo.InvariantCulture))), bytes);
                }
            }

            await response.Body.WriteAsync(bytes.WrittenMemory, httpContext.RequestAborted);
        }
    }

    private static string Line(IEnumerable<string> cells) => string.Join(',', cells.Select(Cell)) + "\r\n";

    private static string Cell(string value)
    {
        var safe = value.Length > 0 && BeginsFormula.Contains(value[0]) ? "'" + value : value;
        return safe.AsSpan().IndexOfAny(NeedsQuotes) < 0 ? safe : $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
