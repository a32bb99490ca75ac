using System.Globalization;
using System.IO.Compression;
using System.Net.Mime;
using System.Text;
using Backbone.Audit.Log.Proofs;
using Backbone.Audit.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Backbone.Audit.Console;

/// <summary>
/// Events with their proofs, for somebody who trusts nobody: a ZIP of each leaf byte for byte, a receipt (C2SP tlog-proof) beside it under
/// the newest signed checkpoint, the log's key, and how to check it all offline.
/// </summary>
/// <param name="indexes">Which, all of them under a checkpoint.</param>
/// <param name="log">Where they stand.</param>
/// <param name="receiptOf">The receipt of an index.</param>
/// <param name="verifierKey">The log's vkey.</param>
/// <param name="name">What the file is called.</param>
internal sealed class BundleFile(
    IReadOnlyList<long> indexes, LogReader log, Func<long, EvidenceReceipt> receiptOf, string verifierKey, string name) : IResult
{
    private const string Words = """
        Events of an audit log, with proof
        ==================================
        events/N.json             the event at index N of the log, byte for byte as the log holds it
        receipts/N.tlog-proof     its receipt: the path from the event to a checkpoint that the log has signed (C2SP tlog-proof)
        log.vkey                  the log's key. Compare it with the one the log's owner publishes; do not trust this copy.

        To check one event, with the verifier of the log's sources or any other that reads C2SP tlog-proof:
            dotnet run --project audit/Audit.Verifier -- --receipt receipts/N.tlog-proof --entry events/N.json --key "$(cat log.vkey)"

        A changed byte of an event or of a receipt is found. That events were left out of this bundle is not: ask the log for the range.

        """;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        var cancellation = httpContext.RequestAborted;
        response.ContentType = "application/zip";
        response.Headers.ContentDisposition = new ContentDispositionHeaderValue(DispositionTypeNames.Attachment) { FileName = name }.ToString();
        var zip = await ZipArchive.CreateAsync(response.BodyWriter.AsStream(leaveOpen: true), ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8, cancellation);
        await using (zip.ConfigureAwait(false))
        {
            await AddAsync(zip, "README.txt", Encoding.UTF8.GetBytes(Words), cancellation);
            await AddAsync(zip, "log.vkey", Encoding.ASCII.GetBytes(verifierKey + "\n"), cancellation);
            foreach (var row in EventRow.Read(log, indexes))
            {
                var number = row.Index.ToString(CultureInfo.InvariantCulture);
                await AddAsync(zip, $"events/{number}.json", row.Json, cancellation);
                await AddAsync(zip, $"receipts/{number}.tlog-proof", receiptOf(row.Index).ToArray(), cancellation);
            }
        }
    }

    private static async Task AddAsync(ZipArchive zip, string path, ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        var file = await zip.CreateEntry(path, CompressionLevel.Fastest).OpenAsync(cancellation);
        await using (file.ConfigureAwait(false))
        {
            await file.WriteAsync(bytes, cancellation);
        }
    }
}
