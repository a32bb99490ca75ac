using Backbone.Identity.Events;
using Backbone.Identity.Limits;
using Backbone.Identity.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Identity.Persons;

internal abstract record RealNameOutcome
{
    public sealed record Verified : RealNameOutcome;

    /// <param name="Reason">As in the event.</param>
    /// <param name="Until">When the next try may be made, where too many were.</param>
    public sealed record Refused(string Reason, DateTimeOffset? Until = null) : RealNameOutcome;
}

/// <summary>
/// Asks the authority and keeps what it confirmed. Tries are counted before it is asked, per account and per number, so that nobody finds out
/// by trying which name a number has. Whether a number has an account is told only to who knows its name, and never whose.
/// </summary>
internal sealed class ConfirmRealName(IdentityDb db, SealedRealNames names, RealNameWay way, SignInLimits limits, TimeProvider clock)
{
    private const string LimitKind = "real-name";
    private const string NumberLimitKind = "real-name-number";

    /// <param name="http">The request.</param>
    /// <param name="account">Of the session; tracked.</param>
    /// <param name="name">Checked.</param>
    /// <param name="number">Checked, in its one form.</param>
    /// <param name="cancellation">Gives up; nothing has changed then.</param>
    public async Task<RealNameOutcome> HandleAsync(HttpContext http, Account account, string name, string number, CancellationToken cancellation)
    {
        if (way.Source is not { } source)
        {
            return await RefuseAsync(http, "closed", cancellation);
        }

        var index = names.IndexOf(number);
        var present = await db.RealNames.SingleOrDefaultAsync(row => row.AccountId == account.Id, cancellation);
        if (present is not null && !present.NumberIndex.AsSpan().SequenceEqual(index))
        {
            // A number never changes hands: another one is another person.
            return await RefuseAsync(http, "other_number", cancellation);
        }

        var (own, other) = (account.Id.ToString("D"), Convert.ToHexString(index));
        if ((await limits.TryAsync(LimitKind, own, cancellation) ?? await limits.TryAsync(NumberLimitKind, other, cancellation)) is { } until)
        {
            return await RefuseAsync(http, "locked", cancellation, until);
        }

        switch (await source.AskAsync(name, number, cancellation))
        {
            case RealNameAnswer.DoNotBelong:
                return await RefuseAsync(http, "do_not_belong", cancellation);
            case RealNameAnswer.Unavailable:
                await ForgetAsync(own, other, cancellation);
                return await RefuseAsync(http, "source_unavailable", cancellation);
        }

        if (!await KeepAsync(http, account, present, name, number, index, source.Name, cancellation))
        {
            return await RefuseAsync(http, "number_taken", cancellation);
        }

        await ForgetAsync(own, other, cancellation);
        return new RealNameOutcome.Verified();
    }

    public async Task<RealNameOutcome> RefuseAsync(HttpContext http, string reason, CancellationToken cancellation, DateTimeOffset? until = null)
    {
        db.Record(PersonEvents.RealNameRefused(http, reason));
        await db.SaveChangesAsync(cancellation);
        return new RealNameOutcome.Refused(reason, until);
    }

    /// <returns>False when another account has the number.</returns>
    private async Task<bool> KeepAsync(
        HttpContext http, Account account, RealName? present, string name, string number, byte[] index, string source, CancellationToken cancellation)
    {
        if (present is null)
        {
            db.RealNames.Add(new RealName
            {
                AccountId = account.Id,
                NumberIndex = index,
                SealedNumber = names.SealNumber(account.Id, number),
                SealedName = names.SealName(account.Id, name),
                Source = source,
                VerifiedAt = clock.GetUtcNow(),
            });
        }
        else
        {
            (present.SealedName, present.Source, present.VerifiedAt) = (names.SealName(account.Id, name), source, clock.GetUtcNow());
        }

        if (account.Kind == AccountKind.Citizen)
        {
            // What apps are told as the name of somebody at this level is what was confirmed.
            account.DisplayName = name;
            account.ConcurrencyStamp = Guid.CreateVersion7(clock.GetUtcNow()).ToString("D");
        }

        db.Record(PersonEvents.RealNameVerified(http, source));
        try
        {
            await db.SaveChangesAsync(cancellation);
            return true;
        }
        catch (DbUpdateException)
        {
            // The index is unique: of two accounts that come at once, one.
            db.ChangeTracker.Clear();
            if (present is null && await db.RealNames.AnyAsync(row => row.NumberIndex == index && row.AccountId != account.Id, cancellation))
            {
                return false;
            }

            throw;
        }
    }

    private async Task ForgetAsync(string account, string number, CancellationToken cancellation)
    {
        await limits.ForgetAsync(LimitKind, account, cancellation);
        await limits.ForgetAsync(NumberLimitKind, number, cancellation);
    }
}
