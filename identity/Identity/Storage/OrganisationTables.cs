using Microsoft.EntityFrameworkCore;

namespace Backbone.Identity.Storage;

internal static class OrganisationTables
{
    public static void Configure(ModelBuilder builder)
    {
        builder.Entity<Organisation>(organisation =>
        {
            organisation.HasKey(o => o.Code);
            organisation.Property(o => o.Code).HasMaxLength(18);
            organisation.Property(o => o.Name).HasMaxLength(200);
            organisation.Property(o => o.Source).HasMaxLength(40);
        });
        builder.Entity<Mandate>(mandate =>
        {
            mandate.HasIndex(m => new { m.AccountId, m.EndedAt });
            mandate.HasIndex(m => m.RestsOn);
            mandate.HasIndex(m => new { m.OrganisationCode, m.GivenAt });

            // One legal representative at a time, whoever writes the row.
            mandate.HasIndex(m => m.OrganisationCode).IsUnique().HasDatabaseName("IX_Mandates_OneRepresentative")
                .HasFilter("\"Kind\" = 0 AND \"EndedAt\" IS NULL");
            mandate.HasOne<Organisation>().WithMany().HasForeignKey(m => m.OrganisationCode).OnDelete(DeleteBehavior.Restrict);
            mandate.HasOne<Account>().WithMany().HasForeignKey(m => m.AccountId).OnDelete(DeleteBehavior.Restrict);
        });
        builder.Entity<ActingUse>(use =>
        {
            use.HasKey(u => u.AuthorizationId);
            use.Property(u => u.ClientId).HasMaxLength(100);
            use.HasIndex(u => new { u.OrganisationCode, u.At });
        });
        builder.Entity<ActingGrant>(grant =>
        {
            grant.HasKey(g => new { g.AuthorizationId, g.MandateId });
            grant.HasIndex(g => g.MandateId);
        });
    }

    /// <summary>
    /// The mandates in force at that time. What a mandate rests on is asked each time: one that was given while the other ended is never in force.
    /// </summary>
    public static IQueryable<Mandate> MandatesInForce(this IdentityDb db, DateTimeOffset now) => db.Mandates.Where(m =>
        m.EndedAt == null && m.From <= now && (m.Until == null || m.Until > now)
        && (m.RestsOn == null
            || db.Mandates.Any(p => p.Id == m.RestsOn && p.EndedAt == null && p.From <= now && (p.Until == null || p.Until > now))));
}
