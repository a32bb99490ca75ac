using System.Security.Cryptography;
using System.Text;
using Backbone.Credit.Cases;
using Backbone.Credit.Cases.Clock;
using Backbone.Credit.Facts;
using Backbone.Credit.Grading;
using Backbone.Credit.PriorNotices;
using Backbone.Credit.Reports;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Storage;
using Backbone.Credit.Tests.Batch;
using Backbone.Credit.Tests.Packs.Keeping;
using Backbone.Platform.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Credit.Tests.PriorNotices;

/// <summary>A host whose clock is told, organisations whose facts are sent, and what is published of them.</summary>
internal sealed class NoticeHost(PacksHost host) : IAsyncDisposable
{
    private static int sent;

    public PacksHost Packs => host;

    public DateOnly Today => host.Today;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static async Task<NoticeHost> StartAsync(bool postgres, NoticeHost? beside = null) => new(await PacksHost.StartAsync(postgres, beside?.Packs));

    public static EntityCode Entity(int number) => MadeUpSegments.Entity(number);

    /// <summary>A fact of today; its id.</summary>
    public async Task<Guid> SendAsync(EntityCode entity, string type = "penalty", SeverityClass category = SeverityClass.Serious) =>
        Assert.Single(await WriteAsync([FactOf(entity, type, category)], null));

    /// <summary>So many grave facts of today, at once.</summary>
    public Task SendManyAsync(EntityCode entity, int many) =>
        WriteAsync([.. Enumerable.Range(0, many).Select(_ => FactOf(entity, "penalty", SeverityClass.Serious))], null);

    /// <summary>A mark or remedy, as a case writes it.</summary>
    public async Task<Guid> MarkAsync(EntityCode entity, Guid fact, RecordKind kind)
    {
        var key = NextKey();
        var draft = new FactDraft(entity, key, kind, null, null, kind == RecordKind.Withdrawn ? null : Today, "", SHA256.HashData(Encoding.UTF8.GetBytes(key)));
        return Assert.Single(await WriteAsync([draft], fact));
    }

    public Task RoundAsync() => host.Backbone.Services.GetRequiredService<GradeRegularly>().RoundAsync(Cancelled);

    public async Task LaterAsync(int days)
    {
        host.Clock.Now += TimeSpan.FromDays(days);
        await RoundAsync();
    }

    /// <summary>To the day after the notice's last day, and graded there.</summary>
    public async Task OverAsync(PriorNotice notice) => await LaterAsync(notice.DueOn.DayNumber + 1 - Today.DayNumber);

    public Task<string?> GradeAsync(EntityCode entity) => host.AskAsync(async db =>
        (await db.Grades.AsNoTracking().SingleOrDefaultAsync(row => row.Entity == entity.ToString(), Cancelled))?.Grade);

    public Task<List<PriorNotice>> NoticesAsync(EntityCode entity) => host.AskAsync(db =>
        db.PriorNotices.AsNoTracking().Where(row => row.Entity == entity.ToString()).OrderBy(row => row.Id).ToListAsync(Cancelled));

    public async Task<PriorNotice> OpenAsync(EntityCode entity) => Assert.Single(await NoticesAsync(entity), one => one.IsOpen);

    public Task<PublishedAnswer> AskAsync(EntityCode entity, string purpose = "supervision", DateOnly? on = null, long? known = null) => host.ScopedAsync(services =>
        services.GetRequiredService<PublishedScore>().RunAsync(entity, new(purpose, on ?? Today, known), Cancelled));

    /// <summary>What a program gets: the grade's letter, or "none".</summary>
    public async Task<string> ToldAsync(EntityCode entity, string purpose = "supervision") => (await AskAsync(entity, purpose)).Scored?.Answer.Grade ?? "none";

    public static byte[] Bytes(PublishedAnswer answer) =>
        [.. WriteReport.Grade(answer.Scored!, answer.Asked), .. WriteReport.Report(answer.Scored!, answer.Asked, MadeUpSegments.Catalogue)];

    public Task<T> StepAsync<T>(Func<TakeNoticeStep, Task<T>> step) => host.ScopedAsync(services => step(services.GetRequiredService<TakeNoticeStep>()));

    public Task<StepOutcome> AnswerAsync(PriorNotice notice, NoticeAnswer answer = NoticeAnswer.Statement) => StepAsync(step =>
        step.AnswerAsync(EntityCode.Parse(notice.Entity), notice.Id, answer, "说明", PacksHost.Author with { IsOrganisation = true }, notice.Version, Cancelled));

    public Task<StepOutcome> DecideAsync(PriorNotice notice) => StepAsync(step =>
        step.DecideAsync(EntityCode.Parse(notice.Entity), notice.Id, "理由", PacksHost.First, notice.Version, Cancelled));

    public WorkingDays WorkingDays => host.Backbone.Services.GetRequiredService<Duties>().WorkingDays;

    /// <summary>How many events of the log are of the kind and organisation.</summary>
    public Task<int> LoggedAsync(string action, EntityCode entity) => host.LoggedAsync($"\"{action}\"", entity.ToString());

    public ValueTask DisposeAsync() => host.DisposeAsync();

    private static string NextKey() => FormattableString.Invariant($"notice-{Interlocked.Increment(ref sent):D6}");

    private FactDraft FactOf(EntityCode entity, string type, SeverityClass category)
    {
        var key = NextKey();
        var content = new FactContent(
            MadeUpSegments.Catalogue.Find(type)!.Type.Number, category, ExclusionReason.None, new(Today, null, null, null), 100, "document", "authority", "basis");
        return new(entity, key, RecordKind.Stated, null, content, null, "", SHA256.HashData(Encoding.UTF8.GetBytes(key)));
    }

    private async Task<List<Guid>> WriteAsync(IReadOnlyList<FactDraft> drafts, Guid? about) => await host.AskAsync(async db =>
    {
        await using var transaction = await db.Database.BeginTransactionAsync(Cancelled);
        var recorded = await MoveKnowledgeClock.RunAsync(db, host.Clock, Cancelled);
        var rows = drafts.Select(draft => StoreFacts.RowOf(draft, "agency", about, recorded, host.Clock.GetUtcNow())).ToList();
        Assert.All(await db.AddNewAsync(rows, Cancelled), Assert.Null);
        await transaction.CommitAsync(Cancelled);
        return rows.ConvertAll(row => row.Id);
    });
}
