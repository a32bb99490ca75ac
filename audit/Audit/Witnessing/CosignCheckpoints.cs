using System.Globalization;
using System.Text;
using Backbone.Audit.Log;
using Backbone.Audit.Log.Notes;
using Backbone.Audit.Log.Policy;
using Backbone.Audit.Log.Tree;
using Backbone.Audit.Log.Witness;
using Backbone.Audit.Publishing;
using Backbone.Audit.State;
using Backbone.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Backbone.Audit.Witnessing;

/// <summary>
/// This host as a witness (C2SP tlog-witness v1.0.0): it cosigns a checkpoint only if it continues the last one it cosigned for that log,
/// and remembers that durably before it answers. Its memory is the whole of its worth: it must never be rolled back.
/// </summary>
internal static class CosignCheckpoints
{
    public const string Path = "/audit/witness/add-checkpoint";

    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapPost(Path, Handle).WithName("audit.witness.add-checkpoint").AllowAnonymous().DisableAntiforgery();

    private static async Task<IResult> Handle(HttpContext http, Witness witness, AuditDb db, TimeProvider clock)
    {
        if (witness.Signer is not { } signer)
        {
            return Results.NotFound();
        }

        if (await ReadAsync(http) is not { } body)
        {
            return Refused(StatusCodes.Status413PayloadTooLarge, $"The body has more than {AddCheckpointRequest.MaxBytes} bytes.");
        }

        AddCheckpointRequest request;
        try
        {
            request = AddCheckpointRequest.Parse(body);
        }
        catch (LogFormatException wrong)
        {
            return Refused(StatusCodes.Status400BadRequest, wrong.Message);
        }

        // The order is the specification's: origin, signature, sizes, proof.
        var checkpoint = request.Checkpoint.Checkpoint;
        var keys = witness.KeysOf(checkpoint.Origin);
        if (keys.Count == 0)
        {
            return Refused(StatusCodes.Status404NotFound, "This witness does not know a log of that origin.");
        }

        if (request.Checkpoint.Note.Verify(keys) is NoteVerdict.Rejected rejected)
        {
            return Refused(StatusCodes.Status403Forbidden, rejected.Problem);
        }

        if (request.OldSize > checkpoint.Size)
        {
            return Refused(StatusCodes.Status400BadRequest, $"The old size {request.OldSize} is above the checkpoint's {checkpoint.Size}.");
        }

        var known = await db.WitnessedLogs.SingleOrDefaultAsync(log => log.Origin == checkpoint.Origin, http.RequestAborted);
        if (request.OldSize != (known?.Size ?? 0))
        {
            return Conflict(known?.Size ?? 0);
        }

        var oldRoot = known is null ? TreeHash.Empty : TreeHash.From(known.Root);
        if (known is not null && checkpoint.Size == known.Size && checkpoint.Root != oldRoot)
        {
            return Conflict(known.Size);
        }

        if (!WitnessConsistency.Verify(request.OldSize, checkpoint.Size, oldRoot, checkpoint.Root, [.. request.Proof]))
        {
            return Refused(StatusCodes.Status422UnprocessableEntity, "The proof does not lead from the last cosigned checkpoint to this one.");
        }

        var note = Encoding.UTF8.GetString(request.Checkpoint.ToArray());
        return await RememberAsync(db, known, checkpoint.Origin, checkpoint.Size, checkpoint.Root, note, clock)
            ? Results.Text(signer.Sign(request.Checkpoint.Note.Text.Span, clock.GetUtcNow().ToUnixTimeSeconds()) + "\n", "text/plain", Encoding.UTF8)
            : Conflict((await db.WitnessedLogs.AsNoTracking().SingleAsync(log => log.Origin == checkpoint.Origin)).Size);
    }

    /// <summary>Compare and swap, durable when it returns; false when another request was first. Not to be given up half way.</summary>
    private static async Task<bool> RememberAsync(
        AuditDb db, WitnessedLog? known, string origin, long size, TreeHash root, string note, TimeProvider clock)
    {
        if (known is null)
        {
            known = new WitnessedLog { Origin = origin, Root = [], Note = "" };
            db.WitnessedLogs.Add(known);
        }

        (known.Size, known.Root, known.Note, known.CosignedAt) = (size, root.ToArray(), note, clock.GetUtcNow());
        try
        {
            await db.SaveChangesAsync(CancellationToken.None);
            return true;
        }
        catch (DbUpdateException)
        {
            // Lost the race for the first row, or for the size (the concurrency token).
            return false;
        }
    }

    private static async Task<byte[]?> ReadAsync(HttpContext http)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = AddCheckpointRequest.MaxBytes;
        }

        using var body = new MemoryStream();
        try
        {
            await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        }
        catch (BadHttpRequestException tooLarge) when (tooLarge.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return null;
        }

        return body.Length <= AddCheckpointRequest.MaxBytes ? body.ToArray() : null;
    }

    private static IResult Conflict(long size) => Results.Text(
        size.ToString(CultureInfo.InvariantCulture) + "\n", "text/x.tlog.size", statusCode: StatusCodes.Status409Conflict);

    private static IResult Refused(int status, string why) => Results.Text(why + "\n", "text/plain", Encoding.UTF8, status);
}

/// <summary>The witness's key and the logs it watches.</summary>
internal sealed class Witness
{
    private readonly LogPolicy? policy;

    public Witness(IOptions<WitnessOptions> options, BackboneOptions platform)
    {
        if (options.Value is not { Name: { } name, LogsFile: { } logs })
        {
            return;
        }

        policy = LogPolicy.Parse(File.ReadAllBytes(logs));
        var path = platform.PathOf("keys", "audit-witness.key");
        var key = LogKey.Read(path) ?? LogKey.Create(path, name, seed => NoteSigner.Cosignature(name, seed).Key.Id);
        Signer = NoteSigner.Cosignature(key.Origin, key.Seed);
    }

    /// <summary>Null: this host is no witness.</summary>
    public NoteSigner? Signer { get; }

    public IReadOnlyList<VerifierKey> KeysOf(string origin) =>
        policy is null ? [] : [.. policy.Logs.Select(log => log.Key).Where(key => key.Name == origin)];
}
