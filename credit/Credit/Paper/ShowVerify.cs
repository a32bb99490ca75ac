using System.Security.Cryptography;
using Backbone.Audit.Contracts;
using Backbone.Credit.Codes;
using Backbone.Credit.Packs;
using Backbone.Credit.Storage;
using Backbone.Platform.Web;
using Backbone.Platform.Web.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Backbone.Credit.Paper;

/// <summary>
/// GET /credit/verify/{id}: what was issued under the number on a report, for whoever holds it; POST: whether a file, or a digest, is that report. Open to all,
/// for the number cannot be guessed, and bounded for each network address.
/// </summary>
internal static class ShowVerify
{
    public const string Prefix = "/credit/verify/";

    public const string FileName = "file";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(Prefix + "{id}", Show).WithName("credit.verify").AllowAnonymous();
        endpoints.MapPost(Prefix + "{id}", Compare).WithName("credit.verify.compare").AllowAnonymous();
    }

    public static string Address(BackboneOptions platform, Guid id) => platform.PublicUrl.TrimEnd('/') + Prefix + id.ToString("D");

    private static Task<IResult> Show(HttpContext http, string id, CreditDb db, CodeLimit limit, PaperKey key, PackInForce pack, IStringLocalizer<PaperTexts> texts) =>
        AnswerAsync(http, id, db, limit, texts, report => Page(report, key, pack, null));

    private static Task<IResult> Compare(
        HttpContext http, string id, CreditDb db, CodeLimit limit, PaperKey key, PackInForce pack, IEnumerable<EventReceipts> receipts, IStringLocalizer<PaperTexts> texts) =>
        AnswerAsync(http, id, db, limit, texts, report => Page(report, key, pack, Judge(http, report, key, receipts)));

    private static async Task<IResult> AnswerAsync(
        HttpContext http, string id, CreditDb db, CodeLimit limit, IStringLocalizer<PaperTexts> texts, Func<IssuedReport, IResult> answer)
    {
        if (!limit.Admits(http.Connection.RemoteIpAddress))
        {
            http.Response.Headers.RetryAfter = "60";
            return new PageProblem(Problems.TooManyRequests);
        }

        http.Response.Headers.CacheControl = "no-store";
        return Guid.TryParseExact(id, "D", out var number) && await db.Issued.AsNoTracking().SingleOrDefaultAsync(one => one.Id == number, http.RequestAborted) is { } report
            ? answer(report)
            : new PageProblem(Problems.NotFound, "No report was issued under this number.") { Title = texts["Unknown_Title"], Explanation = texts["Unknown_Text"] };
    }

    private static RazorComponentResult Page(IssuedReport report, PaperKey key, PackInForce pack, PaperJudgement? judged) =>
        new(typeof(VerifyPage), new { Data = new VerifyModel(report, key.Fingerprint, pack, judged) });

    private static PaperJudgement Judge(HttpContext http, IssuedReport report, PaperKey key, IEnumerable<EventReceipts> receipts)
    {
        // Read by the pipeline before, and small: a body has a bound.
        var form = http.Request.HasFormContentType ? http.Request.Form : null;
        if (form?.Files.GetFile(FileName) is { Length: > 0 } file)
        {
            using var stream = file.OpenReadStream();
            var bytes = new byte[file.Length];
            stream.ReadExactly(bytes);
            var verdict = VerifyPaper.Run(bytes, key.Fingerprint, receipts.FirstOrDefault()?.VerifierKey);
            return SHA256.HashData(bytes).AsSpan().SequenceEqual(report.Digest) && verdict.Problem is null
                ? new(PaperState.Same, verdict.LogIndex)
                : new(verdict.Problem is null ? PaperState.Another : PaperState.Changed, null);
        }

        var digest = form?["digest"].ToString().Trim() ?? "";
        return digest.Length == 0 ? new(PaperState.Nothing, null)
            : string.Equals(digest, Convert.ToHexStringLower(report.Digest), StringComparison.OrdinalIgnoreCase) ? new(PaperState.Same, null)
            : new(PaperState.Changed, null);
    }
}

internal enum PaperState
{
    /// <summary>Neither a file nor a digest was sent.</summary>
    Nothing,

    Same,

    /// <summary>A sound report, with another number.</summary>
    Another,

    Changed,
}

/// <param name="LogIndex">Where the log has the issuance; null where that was not looked at.</param>
internal sealed record PaperJudgement(PaperState State, long? LogIndex);

internal sealed record VerifyModel(IssuedReport Report, string Signer, PackInForce Pack, PaperJudgement? Judged);
