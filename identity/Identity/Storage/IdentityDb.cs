using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Identity.Storage;

/// <summary>
/// Everything identity owns. Written only by this module. A thief of it gains password hashes (PBKDF2-SHA512), hashed session tickets and
/// sealed keys: no secret that opens anything without the master key. Subclasses exist per engine only to carry their migrations.
/// </summary>
internal abstract class IdentityDb(DbContextOptions options) : IdentityDbContext<Account, IdentityRole<Guid>, Guid>(options)
{
    public DbSet<Session> Sessions => Set<Session>();

    public DbSet<SigningKey> SigningKeys => Set<SigningKey>();

    public DbSet<SealedKey> SealedKeys => Set<SealedKey>();

    public DbSet<Stamp> Stamps => Set<Stamp>();

    public DbSet<OutboxEntry> Outbox => Set<OutboxEntry>();

    public DbSet<SessionGrant> SessionGrants => Set<SessionGrant>();

    public DbSet<AttemptCounter> AttemptCounters => Set<AttemptCounter>();

    public DbSet<RealName> RealNames => Set<RealName>();

    public DbSet<Organisation> Organisations => Set<Organisation>();

    public DbSet<Mandate> Mandates => Set<Mandate>();

    public DbSet<ActingUse> ActingUses => Set<ActingUse>();

    public DbSet<ActingGrant> ActingGrants => Set<ActingGrant>();

    public DbSet<VerificationCode> VerificationCodes => Set<VerificationCode>();

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.UseOpenIddict<Guid>();

        builder.Entity<Account>(account =>
        {
            // Sign-in names are unique per kind; NULL never collides in either engine.
            account.HasIndex(a => a.NormalizedEmail).HasDatabaseName("EmailIndex").IsUnique();
            account.HasIndex(a => a.PhoneNumber).IsUnique();
        });
        RoleRules.Configure(builder);
        OrganisationTables.Configure(builder);

        // What schema version 3 of ASP.NET Core Identity adds. Said here, because the version is read from options of the running host,
        // which design time has not, and the two models must never differ.
        builder.Entity<IdentityUserPasskey<Guid>>(passkey =>
        {
            passkey.ToTable("AspNetUserPasskeys");
            passkey.HasKey(p => p.CredentialId);
            passkey.Property(p => p.CredentialId).HasMaxLength(1024);
            passkey.OwnsOne(p => p.Data).ToJson();
            passkey.HasOne<Account>().WithMany().HasForeignKey(p => p.UserId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<Session>(session =>
        {
            session.HasIndex(s => new { s.AccountId, s.EndedAt });
            session.Property(s => s.ActingFor).HasMaxLength(18);
            session.HasIndex(s => s.TicketHash).IsUnique();
            session.HasOne<Account>().WithMany().HasForeignKey(s => s.AccountId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<SessionGrant>(grant =>
        {
            grant.HasKey(g => new { g.SessionId, g.AuthorizationId });
            grant.HasIndex(g => g.AuthorizationId);
            grant.HasOne<Session>().WithMany().HasForeignKey(g => g.SessionId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<AttemptCounter>(counter =>
        {
            counter.HasKey(c => c.Key);
            counter.Property(c => c.Key).HasMaxLength(64);
            counter.HasIndex(c => c.ExpiresAt);
        });
        builder.Entity<VerificationCode>(code =>
        {
            code.HasKey(c => c.Id);
            code.HasIndex(c => c.ExpiresAt);
        });
        builder.Entity<RealName>(name =>
        {
            name.HasKey(n => n.AccountId);
            name.HasIndex(n => n.NumberIndex).IsUnique();
            name.Property(n => n.Source).HasMaxLength(40);
            name.HasOne<Account>().WithMany().HasForeignKey(n => n.AccountId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<SigningKey>().HasKey(key => key.Id);
        builder.Entity<SealedKey>().HasKey(key => key.Id);
        builder.Entity<Stamp>(stamp =>
        {
            stamp.HasKey(s => s.Name);
            stamp.Property(s => s.Name).HasMaxLength(64);
            stamp.HasData(new Stamp { Name = Stamp.Clients, Value = "" });
        });
        builder.MapOutbox();
    }
}

internal sealed class SqliteIdentityDb(DbContextOptions<SqliteIdentityDb> options) : IdentityDb(options)
{
    // SQLite has no date type that sorts; UTC ticks do.
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<Microsoft.EntityFrameworkCore.Storage.ValueConversion.DateTimeOffsetToBinaryConverter>();
}

internal sealed class PostgresIdentityDb(DbContextOptions<PostgresIdentityDb> options) : IdentityDb(options);
