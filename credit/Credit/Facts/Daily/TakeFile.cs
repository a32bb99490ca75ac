using System.Globalization;
using Backbone.Audit.Contracts;
using Backbone.Audit.Outbox;
using Backbone.Credit.Events;
using Backbone.Credit.Facts.Files;
using Backbone.Credit.Facts.Uploads;
using Backbone.Credit.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Credit.Facts.Daily;

/// <param name="Refusal">Why nothing of it is stored, in a word; null when something is.</param>
internal sealed record TakenFile(FactFile File, string? Refusal);

/// <summary>
/// Takes one file of an agency. Its facts are stored in batches by their keys; then one row, under the file's digest, and its event say in one transaction
/// that it was taken; then it is moved. Whoever was killed anywhere in between begins again, and nothing is there twice.
/// </summary>
internal sealed class TakeFile(IServiceScopeFactory scopes, StoreSoundRows rows, SurveyPlaces places, TimeProvider clock)
{
    /// <param name="name">In <c>taken/</c>.</param>
    /// <returns>What became of it; null when others are being read, or it changes, and it waits.</returns>
    public async Task<TakenFile?> RunAsync(AgencyFolder folder, string source, string name, CancellationToken cancellation)
    {
        if (!await places.EnterAsync(cancellation))
        {
            return null;
        }

        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<CreditDb>();

            // 1. What it is. A file that was stored before is only moved; one that was refused is read again, for the rules may be others now.
            if (await folder.ReadAsync(name, cancellation) is not { Digest: { } digest } read)
            {
                return null;
            }

            var before = await db.FactFiles.SingleOrDefaultAsync(file => file.Origin == FileOrigin.Daily && file.Source == source && file.Digest == digest, cancellation);
            if (before is { State: FileState.Stored })
            {
                folder.Finish(name, read, refused: false, Report(before, again: true));
                return new(before, null);
            }

            // 2. Its facts, and 3. the word that it was taken.
            var taken = await TakeAsync(scope.ServiceProvider, read, source, name, cancellation);
            if (before is not null)
            {
                db.FactFiles.Remove(before);
                await db.SaveChangesAsync(cancellation);
            }

            db.FactFiles.Add(taken.File);
            db.Record(EventOf(taken));
            await db.SaveChangesAsync(cancellation);

            // 4. The file goes where its sender finds it, with its report; one that was written on meanwhile stays, and the rest of it is taken next.
            folder.Finish(name, read, taken.Refusal is not null, Report(taken.File, again: false));
            return taken;
        }
        finally
        {
            places.Leave();
        }
    }

    private async Task<TakenFile> TakeAsync(IServiceProvider services, ReadBytes read, string source, string name, CancellationToken cancellation)
    {
        try
        {
            var bytes = read.Bytes ?? throw ReadFile.TooLarge(read.Stamp.Size);

            var survey = await services.GetRequiredService<SurveyFile>().RunAsync(bytes, source, ChinaDay.Today(clock), cancellation);
            var file = ReceiveUpload.FileOf(survey, FileOrigin.Daily, source, name, bytes.Length, null, clock.GetUtcNow());
            if (survey.New + survey.Known > 0)
            {
                var done = await rows.RunAsync(source, survey.Sound, survey.ProblemRows, survey.States, survey.Form, cancellation);
                (file.New, file.Known, file.Bad, file.ProblemRows, file.States) = (done.New, done.Known, done.Bad, done.ProblemRows, done.States);
                file.Problems += done.Problems;
            }

            (file.State, file.Sound) = (file.New + file.Known > 0 ? FileState.Stored : FileState.Refused, null);
            file.StoredAt = file.State == FileState.Stored ? clock.GetUtcNow() : null;
            file.Held = file.ProblemRows!.Length + file.States!.Length;
            return new(file, file.State == FileState.Stored ? null : "none_sound");
        }
        catch (FileRefusedException refused)
        {
            using var problems = new RowProblems();
            foreach (var problem in refused.Problems)
            {
                problems.Add(problem);
            }

            var packed = problems.Close();
            var file = new FactFile
            {
                Id = Guid.CreateVersion7(clock.GetUtcNow()),
                Origin = FileOrigin.Daily,
                State = FileState.Refused,
                Source = source,
                Name = ReceiveUpload.Called(name),
                Digest = read.Digest,
                Size = (int)Math.Min(read.Stamp.Size, int.MaxValue),
                Form = "",
                NotRead = "",
                At = clock.GetUtcNow(),
                Problems = problems.Count,
                ProblemRows = packed,
                Held = packed.Length,
            };
            return new(file, refused.Code);
        }
    }

    private AuditEvent EventOf(TakenFile taken)
    {
        var file = taken.File;
        var told = (FileKinds.Take.Occurred(clock, taken.Refusal) with { ClientId = file.Source })
            .With("resource.id", file.Id.ToString("D")).With("resource.digest", Convert.ToHexStringLower(file.Digest)).With("resource.count", file.New + file.Known);
        return file.Form.Length == 0 ? told : told.With("resource.type", file.Form);
    }

    /// <summary>For the sender, in both languages: what was taken, then every problem.</summary>
    private static IEnumerable<string> Report(FactFile file, bool again)
    {
        if (again)
        {
            yield return SpreadsheetText.Line("此文件先前已收取", "this file was taken before", file.At.ToString("u", CultureInfo.InvariantCulture));
        }

        yield return SpreadsheetText.Line("新入库 / stored", Number(file.New));
        yield return SpreadsheetText.Line("库中已有 / there already", Number(file.Known));
        yield return SpreadsheetText.Line("未入库 / not stored", Number(file.Bad));
        yield return SpreadsheetText.Line("SHA-256", Convert.ToHexStringLower(file.Digest));
        yield return SpreadsheetText.Line("行 / row", "列 / column", "应为", "should be", "内容 / found");
        foreach (var problem in file.ProblemRows is { } packed ? RowProblems.Read(packed) : [])
        {
            yield return SpreadsheetText.Line(Number(problem.Row), problem.Column, problem.Rule.Zh, problem.Rule.En, problem.Value);
        }
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
