using System.Globalization;
using System.Security.Cryptography;
using Backbone.Identity.Events;
using Backbone.Identity.Notices;
using Backbone.Identity.Sessions;
using Backbone.Identity.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Identity.Register;

internal abstract record SendCodeOutcome
{
    /// <summary>A message is on its way: the code, or a notice to the owner. Nobody at the browser learns which.</summary>
    public sealed record Sent : SendCodeOutcome;

    public sealed record TooMany(DateTimeOffset Until) : SendCodeOutcome;
}

/// <summary>Makes a code and sends it; or, when the address is not one for this journey, does the same work and sends a notice.</summary>
internal sealed class SendCode(
    IdentityDb db, CodeLimits limits, CodeHash hashes, ComposeNotice compose, INoticeSender sender, TimeProvider clock)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    /// <param name="http">The request.</param>
    /// <param name="kind">The journey.</param>
    /// <param name="to">Where to send it.</param>
    /// <param name="id">From the form: the same form sent twice sends one message.</param>
    public async Task<SendCodeOutcome> SendAsync(HttpContext http, JourneyKind kind, Identifier to, Guid id)
    {
        var cancellation = http.RequestAborted;
        if (await db.VerificationCodes.AnyAsync(code => code.Id == id, cancellation))
        {
            return new SendCodeOutcome.Sent();
        }

        var context = EventContext.Of(http);
        if (await limits.TakeAsync(to, http.Connection.RemoteIpAddress?.ToString(), cancellation) is { } until)
        {
            db.Record(RegistrationEvents.CodeRequestRefused(context, kind, "too_many_codes"));
            await db.SaveChangesAsync(cancellation);
            return new SendCodeOutcome.TooMany(until);
        }

        // 1. The same steps for every address: look it up, make a code, hash it.
        var account = await FindAccountAsync(db, to, cancellation);
        var code = RandomNumberGenerator.GetInt32(1_000_000).ToString("D6", CultureInfo.InvariantCulture);
        var hash = hashes.Of(id, kind.Purpose, to, code);
        var asker = kind.IsForSignedIn ? http.User.AccountId() : null;
        var gets = asker is not null ? account is null || account.Id == asker : account is null != kind.ForKnown;

        // 2. Without a code to deliver, the row holds a hash that no code has.
        var now = clock.GetUtcNow();
        db.VerificationCodes.Add(new VerificationCode
        {
            Id = id,
            Purpose = kind.Purpose,
            CodeHash = gets ? hash : RandomNumberGenerator.GetBytes(hash.Length),
            ExpiresAt = now + Lifetime,
            Tries = 0,
        });
        db.Record(RegistrationEvents.CodeRequested(context, kind, asker ?? account?.Id));
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException) when (!cancellation.IsCancellationRequested)
        {
            db.ChangeTracker.Clear();
            if (!await db.VerificationCodes.AnyAsync(row => row.Id == id, cancellation))
            {
                throw;
            }

            // The same form came a moment earlier; its message is on the way.
            return new SendCodeOutcome.Sent();
        }

        // 3. Send only what has committed; forget what nobody can use any more.
        await sender.SendAsync(compose.Of(gets ? kind.WithCode : kind.WithoutCode, to, gets ? code : null, (int)Lifetime.TotalMinutes), cancellation);
        var past = now - JourneyCookie.Lifetime;
        await db.VerificationCodes.Where(row => row.ExpiresAt < past).ExecuteDeleteAsync(cancellation);
        return new SendCodeOutcome.Sent();
    }

    public static Task<Account?> FindAccountAsync(IdentityDb db, Identifier to, CancellationToken cancellation)
    {
        var mail = to.NormalizedMail;
        return to.IsPhone
            ? db.Users.SingleOrDefaultAsync(account => account.PhoneNumber == to.Value, cancellation)
            : db.Users.SingleOrDefaultAsync(account => account.NormalizedEmail == mail, cancellation);
    }
}
