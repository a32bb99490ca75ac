using Backbone.Platform.Storage;
using Backbone.Platform.Web;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Backbone.Audit.State;

/// <summary>
/// The small state of the audit module: what the log itself cannot hold about itself. Written only by this module. A thief of it gains
/// wrapped keys and public checkpoints; somebody who can change it can make the log refuse to start, not make it lie: checkpoints are signed.
/// Subclasses exist per engine only to carry their migrations.
/// </summary>
internal abstract class AuditDb(DbContextOptions options) : DbContext(options)
{
    public const string Schema = "audit";

    public DbSet<CheckpointAnchor> Anchors => Set<CheckpointAnchor>();

    public DbSet<WitnessedLog> WitnessedLogs => Set<WitnessedLog>();

    public DbSet<SubjectKey> SubjectKeys => Set<SubjectKey>();

    public DbSet<SavedSearch> SavedSearches => Set<SavedSearch>();

    public DbSet<RetentionStatement> RetentionStatements => Set<RetentionStatement>();

    public DbSet<HeldDisclosure> HeldDisclosures => Set<HeldDisclosure>();

    public DbSet<OutboxEntry> Outbox => Set<OutboxEntry>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<CheckpointAnchor>(anchor =>
        {
            anchor.HasKey(a => a.Origin);
            anchor.Property(a => a.Origin).HasMaxLength(255);

            // Compare and swap: two writers of one log never both move it.
            anchor.Property(a => a.Size).IsConcurrencyToken();
        });
        modelBuilder.Entity<WitnessedLog>(log =>
        {
            log.HasKey(l => l.Origin);
            log.Property(l => l.Origin).HasMaxLength(255);
            log.Property(l => l.Size).IsConcurrencyToken();
        });
        modelBuilder.Entity<SubjectKey>(key =>
        {
            key.HasKey(k => k.Id);
            key.HasIndex(k => k.SubjectIndex).IsUnique();
        });
        modelBuilder.Entity<SavedSearch>(search =>
        {
            search.HasKey(s => s.Id);
            search.HasIndex(s => new { s.Owner, s.Name }).IsUnique();
            search.Property(s => s.Owner).HasMaxLength(64);
            search.Property(s => s.Name).HasMaxLength(100);
            search.Property(s => s.Address).HasMaxLength(4_000);
        });
        modelBuilder.Entity<RetentionStatement>().HasKey(s => s.Id);
        modelBuilder.Entity<HeldDisclosure>(held =>
        {
            held.HasKey(h => h.Id);
            held.HasIndex(h => h.EventId);
            held.Property(h => h.LegalBasis).HasMaxLength(400);

            // Of two steps at once one is taken.
            held.Property(h => h.ApprovedBy).IsConcurrencyToken();
            held.Property(h => h.LiftedAt).IsConcurrencyToken();
        });
        modelBuilder.Entity<OutboxEntry>(entry =>
        {
            entry.HasKey(e => e.Sequence);
            entry.Property(e => e.Sequence).ValueGeneratedOnAdd();
            entry.Property(e => e.Origin).HasMaxLength(255);
        });
    }
}

internal sealed class SqliteAuditDb(DbContextOptions<SqliteAuditDb> options) : AuditDb(options)
{
    // SQLite has no date type that sorts; UTC ticks do.
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<DateTimeOffsetToBinaryConverter>();
}

internal sealed class PostgresAuditDb(DbContextOptions<PostgresAuditDb> options) : AuditDb(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasDefaultSchema(Schema);
        base.OnModelCreating(modelBuilder);
    }
}

/// <summary>Registers the state of the audit module.</summary>
public static class AuditState
{
    /// <summary>
    /// SQLite overwrites what is deleted or moved: a key that once stood in a page which was then divided must not be left in what that page no
    /// longer uses.
    /// </summary>
    private const string OverwriteDeleted = "PRAGMA secure_delete=ON;";

    /// <summary>Registers <see cref="AuditDb"/> with its migrations. Call it before whatever reads it at start.</summary>
    public static void AddAuditState(this ModuleContext context) =>
        context.AddModuleDatabase<AuditDb, SqliteAuditDb, PostgresAuditDb>(
            new ModuleDatabaseNames("Backbone:Audit", ["audit", "audit.db"], AuditDb.Schema, OverwriteDeleted));
}

// Only `dotnet ef migrations add` uses these; neither address is ever opened.

internal sealed class SqliteDesignTime : IDesignTimeDbContextFactory<SqliteAuditDb>
{
    public SqliteAuditDb CreateDbContext(string[] args) => new(new DbContextOptionsBuilder<SqliteAuditDb>().UseSqlite("Data Source=:memory:").Options);
}

internal sealed class PostgresDesignTime : IDesignTimeDbContextFactory<PostgresAuditDb>
{
    public PostgresAuditDb CreateDbContext(string[] args) => new(new DbContextOptionsBuilder<PostgresAuditDb>()
        .UseNpgsql("Host=localhost", npgsql => npgsql.MigrationsHistoryTable("__EFMigrationsHistory", AuditDb.Schema)).Options);
}
