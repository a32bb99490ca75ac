using Backbone.Identity.AccountPages;
using Backbone.Identity.Catalogue;
using Backbone.Identity.Events;
using Backbone.Identity.Limits;
using Backbone.Identity.Persons;
using Backbone.Identity.Register;
using Backbone.Identity.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Identity.Organisations;

internal abstract record GiveOutcome
{
    public sealed record Given(Guid Holder) : GiveOutcome;

    /// <param name="Reason">As in the event.</param>
    /// <param name="Field">The field to mend.</param>
    /// <param name="Word">Names the sentence about it.</param>
    /// <param name="Until">When the next try may be made, where too many were.</param>
    public sealed record Refused(string Reason, string Field, string Word, DateTimeOffset? Until = null) : GiveOutcome;
}

/// <summary>
/// Gives a mandate. The legal representative gives everything there is, to administrators and agents; an administrator gives agents no more than
/// one of their own mandates has, in power and time, and that mandate is what it rests on; an agent gives nothing. All of it is looked at here,
/// whatever the form offered. The holder is somebody at the third level, named by contact and verified name together: one of them alone finds
/// nobody, so the form is no directory.
/// </summary>
internal sealed class GivePowers(IdentityDb db, AppCatalogue catalogue, SealedRealNames names, SignInLimits limits, TimeProvider clock)
{
    private const string LimitKind = "mandate";

    /// <summary>What somebody may give to others.</summary>
    public static PowerSet MayGive(Standing standing, CatalogueSnapshot catalogue)
    {
        var declared = PowerSet.Declared(catalogue);
        return standing.IsRepresentative ? declared : declared.In(new(standing.Administering.SelectMany(own => PowerSet.Read(own.Powers).All)));
    }

    public async Task<GiveOutcome> HandleAsync(HttpContext http, Standing standing, GiveForm form, CancellationToken cancellation)
    {
        var giver = Asker.Of(http.User).Account;
        if (Check(standing, form, out var kind, out var restsOn) is { } wrong)
        {
            return await RefuseAsync(http, standing, wrong, cancellation);
        }

        var key = giver.ToString("D");
        if (await limits.TryAsync(LimitKind, key, cancellation) is { } until)
        {
            return await RefuseAsync(http, standing, new("locked", "contact", "Locked", until), cancellation);
        }

        if (await FindAsync(form, cancellation) is not { } holder)
        {
            return await RefuseAsync(http, standing, new("unknown_person", "contact", "Unknown"), cancellation);
        }

        await limits.ForgetAsync(LimitKind, key, cancellation);
        if (holder == giver)
        {
            return await RefuseAsync(http, standing, new("self", "contact", "Self"), cancellation);
        }

        var now = clock.GetUtcNow();
        var mandate = new Mandate
        {
            Id = Guid.CreateVersion7(now),
            OrganisationCode = standing.Organisation.Code,
            AccountId = holder,
            Kind = kind,
            RestsOn = restsOn,
            GivenBy = giver,
            Powers = new PowerSet(form.Powers).ToString(),
            From = MandateDates.Begin(MandateDates.Read(form.From)!.Value),
            Until = MandateDates.End(MandateDates.Read(form.Until)!.Value),
            GivenAt = now,
        };
        db.Mandates.Add(mandate);
        db.Record(OrganisationEvents.MandateGiven(http, mandate));
        await db.SaveChangesAsync(cancellation);
        return new GiveOutcome.Given(holder);
    }

    private GiveOutcome.Refused? Check(Standing standing, GiveForm form, out MandateKind kind, out Guid? restsOn)
    {
        kind = form.Kind == "administrator" ? MandateKind.Administrator : MandateKind.Agent;
        restsOn = null;
        if (!standing.Gives || (kind == MandateKind.Administrator && !standing.IsRepresentative))
        {
            return new("not_theirs_to_give", "kind", "NotTheirs");
        }

        if (form.Kind is not ("administrator" or "agent"))
        {
            return new("malformed", "kind", "NotTheirs");
        }

        var powers = new PowerSet(form.Powers);
        if (powers.IsEmpty)
        {
            return new("malformed", "powers", "NoPower");
        }

        if (!PowerSet.Declared(catalogue.Current).Holds(powers))
        {
            return new("wider_than_own", "powers", "Wider");
        }

        if (MandateDates.Read(form.From) is not { } from || MandateDates.Read(form.Until) is not { } until)
        {
            return new("malformed", MandateDates.Read(form.From) is null ? "from" : "until", "NoDate");
        }

        var today = MandateDates.Today(clock);
        if (from < today || until < from || until > from.AddYears(MandateDates.LongestYears))
        {
            return new("malformed", from < today ? "from" : "until", from < today ? "Past" : until < from ? "Backwards" : "TooLong");
        }

        if (standing.IsRepresentative)
        {
            return null;
        }

        var wide = standing.Administering.Where(own => PowerSet.Read(own.Powers).Holds(powers)).ToList();
        if (wide.Count == 0)
        {
            return new("wider_than_own", "powers", "Wider");
        }

        restsOn = wide.Find(own => own.From <= MandateDates.Begin(from) && MandateDates.End(until) <= own.Until)?.Id;
        return restsOn is null ? new("beyond_own_time", "until", "BeyondOwn") : null;
    }

    /// <summary>The account of that contact, when its verified name is the one typed.</summary>
    private async Task<Guid?> FindAsync(GiveForm form, CancellationToken cancellation)
    {
        if (Identifier.Parse(form.Contact) is not { } to || PersonName.Parse(form.Name) is not { Name: { } name }
            || await SendCode.FindAccountAsync(db, to, cancellation) is not { IsDisabled: false } account
            || !(to.IsPhone ? account.PhoneNumberConfirmed : account.EmailConfirmed))
        {
            return null;
        }

        var realName = await db.RealNames.AsNoTracking().SingleOrDefaultAsync(row => row.AccountId == account.Id, cancellation);
        return realName is not null && names.NameOf(realName) == name ? account.Id : null;
    }

    private async Task<GiveOutcome> RefuseAsync(HttpContext http, Standing standing, GiveOutcome.Refused refused, CancellationToken cancellation)
    {
        db.Record(OrganisationEvents.MandateRefused(http, standing.Organisation.Code, refused.Reason));
        await db.SaveChangesAsync(cancellation);
        return refused;
    }
}
