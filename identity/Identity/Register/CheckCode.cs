using System.Security.Cryptography;
using System.Text;
using Backbone.Identity.Events;
using Backbone.Identity.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Identity.Register;

internal enum CheckCodeOutcome
{
    Accepted,

    /// <summary>Not six digits: not counted as a try.</summary>
    Malformed,

    Wrong,

    /// <summary>Expired, tried too often, or already spent: only a new code helps.</summary>
    Dead,
}

/// <summary>Compares a typed code. A try is counted before it is compared: of a thousand sent at once, five are looked at.</summary>
internal sealed class CheckCode(IdentityDb db, CodeHash hashes, TimeProvider clock)
{
    public const int MaxTries = 5;

    private const int Digits = 6;

    public async Task<(CheckCodeOutcome Outcome, int Left)> CheckAsync(HttpContext http, JourneyKind kind, Journey journey, string? typed)
    {
        var cancellation = http.RequestAborted;
        var context = EventContext.Of(http);
        if (Clean(typed) is not { } code)
        {
            return await RefuseAsync(context, kind, CheckCodeOutcome.Malformed, "code_malformed", MaxTries, cancellation);
        }

        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var now = clock.GetUtcNow();
        var rows = db.VerificationCodes.Where(row => row.Id == journey.Code && row.Purpose == kind.Purpose);
        var counted = await rows.Where(row => row.ExpiresAt > now && row.Tries < MaxTries)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Tries, row => row.Tries + 1), cancellation);
        var found = counted == 1 ? await rows.AsNoTracking().SingleOrDefaultAsync(cancellation) : null;
        var expected = found?.CodeHash ?? RandomNumberGenerator.GetBytes(32);
        var right = CryptographicOperations.FixedTimeEquals(expected, hashes.Of(journey.Code, kind.Purpose, journey.To, code));
        (CheckCodeOutcome Outcome, int Left) result;
        if (found is not null && right)
        {
            await rows.Where(row => row.UsedAt == null).ExecuteUpdateAsync(set => set.SetProperty(row => row.UsedAt, now), cancellation);
            db.Record(RegistrationEvents.CodeAccepted(context, kind));
            await db.SaveChangesAsync(cancellation);
            result = (CheckCodeOutcome.Accepted, 0);
        }
        else
        {
            var dead = found is null || found.Tries >= MaxTries;
            result = await RefuseAsync(
                context,
                kind,
                dead ? CheckCodeOutcome.Dead : CheckCodeOutcome.Wrong,
                found is null ? "code_dead" : "code_wrong",
                dead ? 0 : MaxTries - found!.Tries,
                cancellation);
        }

        await transaction.CommitAsync(cancellation);
        return result;
    }

    private async Task<(CheckCodeOutcome Outcome, int Left)> RefuseAsync(
        EventContext context, JourneyKind kind, CheckCodeOutcome outcome, string reason, int left, CancellationToken cancellation)
    {
        db.Record(RegistrationEvents.CodeRefused(context, kind, reason));
        await db.SaveChangesAsync(cancellation);
        return (outcome, left);
    }

    /// <summary>Six digits, however they were typed or pasted; null when they are not.</summary>
    private static string? Clean(string? typed)
    {
        if (typed is null or { Length: > 40 } || typed.Any(char.IsSurrogate))
        {
            return null;
        }

        var digits = string.Concat(typed.Normalize(NormalizationForm.FormKC).Where(c => !char.IsWhiteSpace(c) && c != '-'));
        return digits.Length == Digits && digits.All(char.IsAsciiDigit) ? digits : null;
    }
}
