using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using BadHttpRequestException = Microsoft.AspNetCore.Http.BadHttpRequestException;

namespace Backbone.Platform.Web.Batches;

/// <summary>
/// The body of one request, whole and unpacked, in a borrowed buffer. It is read to its end before anything in it counts: of what was cut
/// off on the way, or in the packing, nothing is used.
/// </summary>
public sealed class BatchBody : IDisposable
{
    /// <summary>8 MiB: of the body as sent, and of what it unpacks to.</summary>
    public const int MostBytes = 8 << 20;

    private const int FirstBuffer = 64 << 10;

    /// <summary>RFC 1952 2.3.1: a gzip member ends in the size of what it holds, 32 bits, little-endian.</summary>
    private const int TrailerBytes = 4;

    /// <summary>Bytes a second below which a body is given up (HTTP/1.1; the others are bounded by time alone).</summary>
    private static readonly MinDataRate LeastRate = new(bytesPerSecond: 1_024, gracePeriod: TimeSpan.FromSeconds(10));

    private readonly byte[] buffer;

    private BatchBody(byte[] buffer, int length)
    {
        this.buffer = buffer;
        Bytes = buffer.AsMemory(0, length);
    }

    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Reads it, or says why not.</summary>
    internal static async Task<(BatchBody? Body, BatchRefusal? Refusal)> ReadAsync(HttpContext http, TimeSpan within, TimeProvider clock)
    {
        var encoding = http.Request.Headers.ContentEncoding.ToString();
        var packed = encoding.Equals("gzip", StringComparison.OrdinalIgnoreCase);
        if (!packed && encoding.Length > 0 && !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            // RFC 9110 15.5.16.
            http.Response.Headers.AcceptEncoding = "gzip";
            return (null, new(StatusCodes.Status415UnsupportedMediaType, "Content-Encoding: gzip or none"));
        }

        if (http.Request.ContentLength > MostBytes)
        {
            return (null, TooLarge);
        }

        Bound(http);
        using var late = new CancellationTokenSource(within, clock);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(late.Token, http.RequestAborted);
        try
        {
            var sent = await DrainAsync(http.Request.Body, (int?)http.Request.ContentLength ?? FirstBuffer, over.Token);
            return sent is null ? (null, TooLarge) : packed ? await UnpackAsync(sent) : (sent, null);
        }
        catch (BadHttpRequestException bad)
        {
            return (null, bad.StatusCode == StatusCodes.Status413PayloadTooLarge ? TooLarge : new(bad.StatusCode, "The body could not be read to its end."));
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !http.RequestAborted.IsCancellationRequested)
        {
            http.Response.Headers.Connection = "close";
            return (null, new(StatusCodes.Status408RequestTimeout, $"A body must arrive within {within.TotalSeconds:0} s."));
        }
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(buffer);

    private static BatchRefusal TooLarge { get; } =
        new(StatusCodes.Status413PayloadTooLarge, $"A body has at most {MostBytes} bytes, as sent and unpacked.");

    private static BatchRefusal NotGzip { get; } = new(StatusCodes.Status400BadRequest, "The body is not one whole gzip member.");

    private static void Bound(HttpContext http)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = MostBytes;
        }

        if (http.Request.Protocol == HttpProtocol.Http11 && http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = LeastRate;
        }
    }

    private static async Task<(BatchBody?, BatchRefusal?)> UnpackAsync(BatchBody sent)
    {
        using (sent)
        {
            if (sent.Bytes.Length < TrailerBytes)
            {
                return (null, NotGzip);
            }

            try
            {
                await using var gzip = new GZipStream(new MemoryStream(sent.buffer, 0, sent.Bytes.Length), CompressionMode.Decompress);
                if (await DrainAsync(gzip, FirstBuffer, CancellationToken.None) is not { } unpacked)
                {
                    return (null, TooLarge);
                }

                // The stream ends without complaint where its input was cut off. The size at the end does not.
                if (BinaryPrimitives.ReadUInt32LittleEndian(sent.Bytes.Span[^TrailerBytes..]) == (uint)unpacked.Bytes.Length)
                {
                    return (unpacked, null);
                }

                unpacked.Dispose();
                return (null, NotGzip);
            }
            catch (InvalidDataException)
            {
                return (null, NotGzip);
            }
        }
    }

    /// <summary>All of it, or null when it is more than <see cref="MostBytes"/>.</summary>
    private static async Task<BatchBody?> DrainAsync(Stream stream, int expected, CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Math.Clamp(expected + 1, 1, MostBytes + 1));
        var length = 0;
        try
        {
            while (await stream.ReadAsync(buffer.AsMemory(length), cancellation) is > 0 and var read)
            {
                length += read;
                if (length > MostBytes)
                {
                    ArrayPool<byte>.Shared.Return(buffer);
                    return null;
                }

                if (length == buffer.Length)
                {
                    var larger = ArrayPool<byte>.Shared.Rent(Math.Min(buffer.Length * 2, MostBytes + 1));
                    buffer.AsSpan(0, length).CopyTo(larger);
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = larger;
                }
            }
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(buffer);
            throw;
        }

        return new BatchBody(buffer, length);
    }
}
