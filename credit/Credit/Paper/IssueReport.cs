using System.Security.Cryptography;
using Backbone.Audit.Contracts;
using Backbone.Credit.Enterprise;
using Backbone.Credit.Enterprise.Reading;
using Backbone.Credit.Events;
using Backbone.Credit.Packs;
using Backbone.Credit.PriorNotices;
using Backbone.Credit.Reports;
using Backbone.Credit.Storage;
using Backbone.Platform.Web;
using Backbone.Platform.Web.Errors;
using Backbone.Platform.Web.SignIn;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Localization;

namespace Backbone.Credit.Paper;

/// <summary>
/// POST /credit/my/report/pdf: gives the organisation its report as a signed PDF. In this order: drawn; the event of its issuance, with its digest, on disk
/// in the log; the receipt of that event attached and the whole signed; the row by which strangers compare it; the answer.
/// </summary>
internal static class IssueReport
{
    public const string Path = ShowReport.Path + "/pdf";

    /// <summary>How long a checkpoint is waited for; they come each second.</summary>
    private static readonly TimeSpan ProvedWithin = TimeSpan.FromSeconds(20);

    /// <summary>Seconds after which to ask again for what found no place: a drawing takes some.</summary>
    private const string AskAgainAfter = "10";

    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapPost(Path, Handle).WithName("credit.my.report.pdf").RequireAuthorization(EnterpriseSignIn.Read);

    private static async Task<IResult> Handle(
        HttpContext http, [FromForm] string? purpose, PublishedScore score, MakeReport make, DrawReport draw, PackInForce pack, PaperKey key, CreditDb db,
        IAuditTrail trail, IEnumerable<EventReceipts> receipts, DrawingPlaces places, IStringLocalizer<ReportTexts> texts, BackboneOptions platform, TimeProvider clock)
    {
        var organisation = ActingOrganisation.Of(http.User)!;
        if (!pack.Pack.Purposes.Any(one => one.Id == purpose))
        {
            return new PageProblem(Problems.BadRequest, $"purpose: one of {string.Join(", ", pack.Pack.Purposes.Select(one => one.Id))}");
        }

        try
        {
            using var place = await places.EnterAsync(organisation.Code, http.RequestAborted);
            if (place is null)
            {
                http.Response.Headers.RetryAfter = AskAgainAfter;
                return new PageProblem(CreditProblems.DrawingBusy, $"{Path}: one at a time for one organisation, {DrawingPlaces.MostOnHost} on a host")
                {
                    Title = texts["Pdf_Busy"],
                    Explanation = texts["Pdf_BusyText"],
                    Exits = [new ProblemExit(ShowReport.Path, texts["Wrong_Exit"])],
                };
            }

            // Paper is for others: it says what they are told.
            var published = await score.RunAsync(organisation.Code, new(purpose!, ChinaDay.Today(clock), null), http.RequestAborted);
            if (published.Scored is not { } scored)
            {
                return new PageProblem(published.IsWithheld ? CreditProblems.NotPublished : CreditProblems.UnknownOrganisation);
            }

            var prover = receipts.FirstOrDefault();
            var id = Guid.CreateVersion7(clock.GetUtcNow());
            var head = new PaperHead(id, organisation.Name, clock.GetUtcNow(), ShowVerify.Address(platform, id), prover is not null);
            if (draw.Run(make.Of(scored, new HashSet<string>()), head) is not { } content)
            {
                return new PageProblem(CreditProblems.NoPaperFont, PaperFont.Missing);
            }

            // It is drawn: while a checkpoint is waited for, others may draw.
            place.Dispose();
            var issued = ShowReport.Read(http, CreditKinds.ReportIssued, organisation, scored, clock)
                .With("resource.id", id.ToString("D")).With("resource.type", "report").With("resource.digest", Convert.ToHexStringLower(SHA256.HashData(content)));
            var file = SignPaper.Run(content, await ProveAsync(issued, trail, prover, http.RequestAborted), key, head.At);
            db.Issued.Add(RowOf(scored, head, file));
            await db.SaveChangesAsync(http.RequestAborted);
            http.Response.Headers.CacheControl = "no-store";
            return Results.File(file, "application/pdf", $"credit-report-{organisation.Code}-{scored.Answer.ValidOn:yyyyMMdd}.pdf");
        }
        catch (Exception away) when (StoreAway.Is(away) || away is AuditUnavailableException)
        {
            return new PageProblem(Problems.Unavailable, "The store of facts or the audit log takes nothing at the moment; no report was issued.");
        }
    }

    private static async Task<byte[]?> ProveAsync(AuditEvent issued, IAuditTrail trail, EventReceipts? prover, CancellationToken cancellation)
    {
        var entry = AuditEventJson.Encode(issued);
        var index = await trail.AppendAsync(issued.Id, entry, cancellation);
        if (prover is null)
        {
            return null;
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(ProvedWithin);
        try
        {
            return await prover.IssueAsync(index, entry, patience.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new AuditUnavailableException($"no checkpoint covered event {index} within {ProvedWithin.TotalSeconds} s");
        }
    }

    private static IssuedReport RowOf(ScoredEntity scored, PaperHead head, byte[] file) => new()
    {
        Id = head.Id,
        Entity = scored.Entity.ToString(),
        Name = head.Name,
        At = head.At,
        Purpose = scored.Answer.Purpose,
        ValidOn = scored.Answer.ValidOn,
        Grade = scored.Answer.Grade,
        Points = scored.Answer.Points,
        Pack = scored.Pack.Pack.Id,
        PackVersion = scored.Pack.Pack.Version,
        Digest = SHA256.HashData(file),
    };
}
