using Backbone.Audit.Console;
using Backbone.Audit.Contracts;
using Backbone.Audit.Log.Tiles;
using Backbone.Audit.Receiving;
using Backbone.Audit.Retention;
using Backbone.Platform.Web.Programs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Backbone.Audit.Integrating;

/// <summary>
/// The static files of the log over HTTP (C2SP tlog-tiles). Checkpoint and hash tiles are for everybody: they prove and say nothing. Entry
/// bundles hold the events, so they are for those who may read the log: staff, and programs with the scope. Each bundle handed out is an
/// event of its own, on disk before the answer; none is kept by a cache, or a later reading would leave no trace.
/// </summary>
internal static class ServeTlog
{
    public const string Prefix = "/audit/tlog";

    private const string Immutable = "public, max-age=31536000, immutable";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(Prefix + "/checkpoint", Checkpoint).WithName("audit.tlog.checkpoint").AllowAnonymous();
        endpoints.MapGet(Prefix + "/" + MinimumFile.Name, Minimum).WithName("audit.tlog.minimum").AllowAnonymous();
        endpoints.MapGet(Prefix + "/tile/entries/{**number}", Entries).WithName("audit.tlog.entries").RequireAuthorization(AuditPrograms.StaffOrReader);
        endpoints.MapGet(Prefix + "/tile/{level:int:range(0,63)}/{**number}", Hashes).WithName("audit.tlog.hashes").AllowAnonymous();
    }

    private static IResult Checkpoint(HttpContext http, TlogFolder folder) => Note(http, folder, "checkpoint");

    private static IResult Minimum(HttpContext http, TlogFolder folder) => Note(http, folder, MinimumFile.Name);

    private static IResult Note(HttpContext http, TlogFolder folder, string name)
    {
        http.Response.Headers.CacheControl = "no-store";
        return folder.Read(name) is { } note
            ? Results.Bytes(note, "text/plain; charset=utf-8")
            : Results.NotFound();
    }

    private static IResult Hashes(HttpContext http, TlogFolder folder, int level, string number) =>
        Tile(http, folder, TileId.TryParse(FormattableString.Invariant($"tile/{level}/{number}"), out var tile) ? tile.Path : null, Immutable);

    private static async Task<IResult> Entries(
        HttpContext http, TlogFolder folder, ReadingPurposes purposes, IAuditTrail trail, TimeProvider clock, string number)
    {
        if (!BundleId.TryParse("tile/entries/" + number, out var bundle) || folder.Read(bundle.Path) is not { } bytes)
        {
            return Results.NotFound();
        }

        // A program's purpose is that of its registration; a person's is said.
        var purpose = purposes.Of(http);
        return purpose is null && CallingProgram.Of(http.User) is null
            ? StatePurpose.Ask(http)
            : await StaffReading.AnswerAsync(
                http, trail, StaffReading.OfEntries(http.User, bundle, purpose, clock), Results.Bytes(bytes, "application/octet-stream"));
    }

    /// <summary>The path was taken apart and put together again: nothing of the caller's reaches the file system.</summary>
    private static IResult Tile(HttpContext http, TlogFolder folder, string? path, string caching)
    {
        if (path is null || folder.Read(path) is not { } bytes)
        {
            return Results.NotFound();
        }

        http.Response.Headers.CacheControl = caching;
        return Results.Bytes(bytes, "application/octet-stream");
    }
}
