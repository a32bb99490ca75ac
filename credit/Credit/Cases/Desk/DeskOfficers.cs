using System.Security.Claims;
using Backbone.Credit.Storage;
using Backbone.Platform.Web.SignIn;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Credit.Cases.Desk;

/// <summary>A credit officer who was at the desk: whom a supervisor may put in charge. Accounts are another module's, which names them at the sign-in alone.</summary>
internal sealed class DeskOfficer
{
    public const int LongestName = 100;

    /// <summary>Their account.</summary>
    public required Guid Person { get; init; }

    /// <summary>As their sign-in names them, 1 to <see cref="LongestName"/> characters.</summary>
    public required string Name { get; set; }

    /// <summary>When they were last at a work list, to a day.</summary>
    public DateTimeOffset SeenAt { get; set; }
}

/// <summary>Who works at the desk: whoever was there within the last <see cref="Days"/> days.</summary>
internal sealed class DeskOfficers(CreditDb db, TimeProvider clock)
{
    public const int Days = 90;

    /// <summary>Notes that somebody is at a work list; a day's first look alone is written.</summary>
    public async Task SeenAsync(ClaimsPrincipal staff, CancellationToken cancellation)
    {
        var name = staff.FindFirst(RelyingPartySignIn.NameClaim)?.Value ?? "";
        if (Officer.Of(staff)?.Person is not { } person || name.Length is 0 or > DeskOfficer.LongestName)
        {
            return;
        }

        var now = clock.GetUtcNow();
        var known = await db.DeskOfficers.SingleOrDefaultAsync(one => one.Person == person, cancellation);
        if (known is null)
        {
            db.DeskOfficers.Add(new DeskOfficer { Person = person, Name = name, SeenAt = now });
        }
        else if (known.Name != name || now - known.SeenAt >= TimeSpan.FromDays(1))
        {
            (known.Name, known.SeenAt) = (name, now);
        }

        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException) when (known is null && !cancellation.IsCancellationRequested)
        {
            // Two lists opened at once; one wrote it. What else was refused is said by the next query.
            db.ChangeTracker.Clear();
        }
    }

    /// <returns>By name.</returns>
    public async Task<IReadOnlyList<DeskOfficer>> ListAsync(CancellationToken cancellation)
    {
        var since = clock.GetUtcNow().AddDays(-Days);
        return await db.DeskOfficers.AsNoTracking().Where(one => one.SeenAt >= since).OrderBy(one => one.Name).ThenBy(one => one.Person).ToListAsync(cancellation);
    }
}
