using Backbone.Identity.Storage;
using Backbone.Platform.Entities;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Identity.Organisations;

/// <summary>What one person is to one organisation now.</summary>
/// <param name="Organisation">The organisation.</param>
/// <param name="Mandates">The person's, in force; at least one.</param>
internal sealed record Standing(Organisation Organisation, IReadOnlyList<Mandate> Mandates)
{
    public bool IsRepresentative => Mandates.Any(mandate => mandate.Kind == MandateKind.Representative);

    public IEnumerable<Mandate> Administering => Mandates.Where(mandate => mandate.Kind == MandateKind.Administrator);

    /// <summary>May give powers to others, and sees whom they were given to.</summary>
    public bool Gives => IsRepresentative || Administering.Any();

    public MandateKind Kind => Mandates.Min(mandate => mandate.Kind);

    /// <summary>May this mandate be ended by the person? Their own they lay down; the representative's the registry alone ends.</summary>
    public bool MayEnd(Mandate mandate, Guid person) => mandate.Kind != MandateKind.Representative && (IsRepresentative || mandate.AccountId == person
        || (mandate.RestsOn is { } on && Administering.Any(own => own.Id == on)));
}

/// <summary>Finds standings. Who has none learns nothing, not even whether the organisation is here.</summary>
internal sealed class Standings(IdentityDb db, TimeProvider clock)
{
    public async Task<Standing?> OfAsync(Guid account, string code, CancellationToken cancellation)
    {
        if (EntityCode.Read(code) is not { Fault: EntityCodeFault.None, Code: var read })
        {
            return null;
        }

        var key = read.ToString();
        var own = await db.MandatesInForce(clock.GetUtcNow()).AsNoTracking()
            .Where(mandate => mandate.AccountId == account && mandate.OrganisationCode == key).OrderBy(mandate => mandate.GivenAt).ToListAsync(cancellation);
        return own.Count == 0 ? null : new Standing(await db.Organisations.AsNoTracking().SingleAsync(one => one.Code == key, cancellation), own);
    }

    /// <summary>All of one person, by the organisations' codes.</summary>
    public async Task<IReadOnlyList<Standing>> AllAsync(Guid account, CancellationToken cancellation)
    {
        var own = await db.MandatesInForce(clock.GetUtcNow()).AsNoTracking().Where(mandate => mandate.AccountId == account)
            .OrderBy(mandate => mandate.GivenAt).ToListAsync(cancellation);
        var codes = own.Select(mandate => mandate.OrganisationCode).Distinct().ToList();
        var organisations = await db.Organisations.AsNoTracking().Where(one => codes.Contains(one.Code)).ToListAsync(cancellation);
        return
        [
            .. organisations.OrderBy(one => one.Code, StringComparer.Ordinal)
                .Select(one => new Standing(one, [.. own.Where(mandate => mandate.OrganisationCode == one.Code)])),
        ];
    }
}
