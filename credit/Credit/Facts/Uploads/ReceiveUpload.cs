using System.Diagnostics;
using System.Security.Cryptography;
using Backbone.Audit.Contracts;
using Backbone.Audit.Contracts.Events;
using Backbone.Audit.Outbox;
using Backbone.Credit.Cases;
using Backbone.Credit.Events;
using Backbone.Credit.Facts.Files;
using Backbone.Credit.Storage;
using Backbone.Platform;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Credit.Facts.Uploads;

internal abstract record UploadOutcome
{
    public sealed record Previewed(Guid File) : UploadOutcome;

    public sealed record Refused(IReadOnlyList<RowProblem> Problems) : UploadOutcome;

    /// <summary>Too many files are read or kept at the moment.</summary>
    /// <param name="Why">"Busy", "Many" or "Held".</param>
    public sealed record NoRoom(string Why) : UploadOutcome;
}

/// <summary>Two files at a time are read on a host: each takes a core and, unpacked, much memory.</summary>
internal sealed class SurveyPlaces : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);
    private readonly SemaphoreSlim places = new(2);

    public async Task<bool> EnterAsync(CancellationToken cancellation) => await places.WaitAsync(Longest, cancellation);

    public void Leave() => places.Release();

    public void Dispose() => places.Dispose();
}

/// <summary>Takes a file that a person uploads, and keeps the preview of it, not the file.</summary>
internal sealed class ReceiveUpload(CreditDb db, SurveyFile survey, SurveyPlaces places, TimeProvider clock)
{
    /// <summary>Previews of one person at a time.</summary>
    public const int MostOfOne = 10;

    /// <summary>256 MiB: what all previews together may hold.</summary>
    public const long MostHeld = 256L << 20;

    /// <summary>How long a preview can be stored.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    /// <summary>How long it can be looked up which rows had problems.</summary>
    public static readonly TimeSpan ResultsKept = TimeSpan.FromDays(30);

    public async Task<UploadOutcome> RunAsync(string name, byte[] bytes, CaseActor clerk, CancellationToken cancellation)
    {
        await EndOldAsync(db, clock, cancellation);
        var previews = db.FactFiles.AsNoTracking().Where(file => file.Origin == FileOrigin.Upload && file.State == FileState.Previewed);
        if (await previews.CountAsync(file => file.By == clerk.Person, cancellation) >= MostOfOne)
        {
            return new UploadOutcome.NoRoom("Many");
        }

        if (await previews.SumAsync(file => (long)file.Held, cancellation) >= MostHeld)
        {
            return new UploadOutcome.NoRoom("Held");
        }

        if (!await places.EnterAsync(cancellation))
        {
            return new UploadOutcome.NoRoom("Busy");
        }

        try
        {
            var read = await survey.RunAsync(bytes, FactFile.UploadSource, ChinaDay.Today(clock), cancellation);
            var file = FileOf(read, FileOrigin.Upload, FactFile.UploadSource, name, bytes.Length, clerk.Person, clock.GetUtcNow());
            db.FactFiles.Add(file);
            db.Record(EventOf(FileKinds.Upload, clerk, file.Id, file.Digest, file.Form, file.New + file.Known, clock));
            await db.SaveChangesAsync(cancellation);
            return new UploadOutcome.Previewed(file.Id);
        }
        catch (FileRefusedException refused)
        {
            db.Record(EventOf(FileKinds.Upload, clerk, null, SHA256.HashData(bytes), "", 0, clock, refused.Code));
            await db.SaveChangesAsync(cancellation);
            return new UploadOutcome.Refused(refused.Problems);
        }
        finally
        {
            places.Leave();
        }
    }

    /// <summary>Deletes previews whose time is over, and of files stored long ago which rows were how.</summary>
    public static async Task EndOldAsync(CreditDb db, TimeProvider clock, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        await db.FactFiles.Where(file => file.Origin == FileOrigin.Upload && file.State == FileState.Previewed && file.Until < now).ExecuteDeleteAsync(cancellation);
        var before = now - ResultsKept;
        await db.FactFiles.Where(file => file.State != FileState.Previewed && file.At < before && file.Held > 0).ExecuteUpdateAsync(
            set => set.SetProperty(file => file.ProblemRows, (byte[]?)null).SetProperty(file => file.States, (byte[]?)null).SetProperty(file => file.Held, 0), cancellation);
    }

    public static FactFile FileOf(FileSurvey read, FileOrigin origin, string source, string name, int size, Guid? by, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now),
        Origin = origin,
        Source = source,
        Name = Called(name),
        Digest = read.Digest,
        Size = size,
        Form = read.Form.Id,
        NotRead = string.Join('\n', read.NotRead.Select(one => one[0] == ReadFile.SheetMark ? ReadFile.SheetMark + Called(one) : Called(one))) is { Length: <= 8000 } all ? all : "",
        By = by,
        At = now,
        Until = origin == FileOrigin.Upload ? now + Lifetime : null,
        Rows = read.Rows,
        New = read.New,
        Known = read.Known,
        Bad = read.Bad,
        Changes = read.Changes,
        Problems = read.Problems,
        Sound = read.Sound,
        ProblemRows = read.ProblemRows,
        States = read.States,
        Held = read.Sound.Length + read.ProblemRows.Length + read.States.Length,
    };

    /// <summary>A name from outside, as it can be kept and shown.</summary>
    public static string Called(string name)
    {
        var plain = string.Concat(name.Where(character => !char.IsControl(character) && !char.IsSurrogate(character)));
        plain = plain[(plain.LastIndexOfAny(['/', '\\']) + 1)..];
        return PersonsNumber.IsIn(plain) ? "—" : plain.Length <= FactFile.LongestName ? plain : plain[..FactFile.LongestName];
    }

    public static AuditEvent EventOf(EventKind kind, CaseActor clerk, Guid? file, byte[] digest, string form, int count, TimeProvider clock, string? reason = null)
    {
        var told = (kind.Occurred(clock, reason) with
        {
            Subject = clerk.Person is { } person ? new SubjectId(person) : null,
            ClientId = clerk.Client,
            Session = clerk.Session,
            TraceId = Activity.Current?.TraceId.ToHexString(),
        }).With("resource.digest", Convert.ToHexStringLower(digest)).With("resource.count", count);
        told = form.Length == 0 ? told : told.With("resource.type", form);
        return file is { } id ? told.With("resource.id", id.ToString("D")) : told;
    }
}
