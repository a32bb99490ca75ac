using System.Security.Cryptography;
using Backbone.Audit.Outbox;
using Backbone.Credit.Events;
using Backbone.Credit.Storage;
using Backbone.Platform.Web.Errors;
using Backbone.Platform.Web.Keys;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Credit.Cases.Evidence;

/// <summary>
/// Hands out one file of a case, to who was found to see the case. It leaves as a download under a name and a type of ours, which its bytes had when it came,
/// and never for the browser to show within this site: what came from outside is opened by a program of its own.
/// </summary>
internal static class SendEvidence
{
    /// <returns>Not found where the case has no such file; unavailable where it cannot be opened.</returns>
    public static async Task<IResult> RunAsync(HttpContext http, CaseRow row, CaseId file, CaseActor actor, CreditDb db, MasterKey master, TimeProvider clock)
    {
        var found = await db.CaseFiles.AsNoTracking().SingleOrDefaultAsync(
            one => one.Entity == row.Entity && one.Case == row.Id && one.Id == file.Value, http.RequestAborted);
        if (found is null)
        {
            return new PageProblem(Problems.NotFound);
        }

        byte[] bytes;
        try
        {
            bytes = EvidenceFile.Open(found, master);
        }
        catch (CryptographicException)
        {
            return new PageProblem(Problems.Unavailable, "The file was sealed under another master key, or altered since.");
        }

        // On its way to the log before the first byte leaves.
        db.Record(CaseEvents.Of(CaseKinds.OpenFile, actor, row, clock).With("resource.digest", Convert.ToHexStringLower(found.Digest)));
        await db.SaveChangesAsync(http.RequestAborted);
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.File(bytes, EvidenceForms.MediaType(found.Kind), $"{row.Entity}-{found.Id:N}.{EvidenceForms.Extension(found.Kind)}");
    }
}
