using Backbone.Audit.Outbox;
using Backbone.Credit.Cases;
using Backbone.Credit.Cases.Desk;
using Backbone.Credit.Facts.Files;
using Backbone.Credit.Grading;
using Backbone.Credit.Packs.Keeping;
using Backbone.Credit.PriorNotices;
using Backbone.Credit.Profiles;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Sealed;
using Backbone.Credit.Statistics;
using Backbone.Credit.Telling;
using Backbone.Platform.Storage;
using Backbone.Platform.Web;
using Backbone.Platform.Web.Keys;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Backbone.Credit.Storage;

/// <summary>
/// The record of facts about organisations. Written by this module alone. A thief of it gains what agencies published or reported of organisations;
/// who can change it can make a score wrong until the next check of hashes: it holds no key and no natural person but those that evidence names, and
/// evidence is sealed.
/// Subclasses exist per engine only to carry their migrations.
/// </summary>
internal abstract class CreditDb(DbContextOptions options) : DbContext(options)
{
    public const string Schema = "credit";

    public DbSet<FactRow> Facts => Set<FactRow>();

    public DbSet<AnsweredQuery> Queries => Set<AnsweredQuery>();

    public DbSet<CaseRow> Cases => Set<CaseRow>();

    public DbSet<CaseStep> CaseSteps => Set<CaseStep>();

    public DbSet<DeskOfficer> DeskOfficers => Set<DeskOfficer>();

    public DbSet<CaseFile> CaseFiles => Set<CaseFile>();

    public DbSet<SealedOpening> SealedOpenings => Set<SealedOpening>();

    public DbSet<FactFile> FactFiles => Set<FactFile>();

    public DbSet<IssuedReport> Issued => Set<IssuedReport>();

    public DbSet<OutboxEntry> Outbox => Set<OutboxEntry>();

    public DbSet<ProfileRow> Profiles => Set<ProfileRow>();

    public DbSet<GradeRow> Grades => Set<GradeRow>();

    public DbSet<GradeChange> GradeChanges => Set<GradeChange>();

    public DbSet<PriorNotice> PriorNotices => Set<PriorNotice>();

    public DbSet<GradingMark> GradingMarks => Set<GradingMark>();

    public DbSet<StatisticCell> Statistics => Set<StatisticCell>();

    public DbSet<PackRelease> Releases => Set<PackRelease>();

    public DbSet<ReleaseBackTest> BackTests => Set<ReleaseBackTest>();

    public DbSet<KeptPack> Packs => Set<KeptPack>();

    public DbSet<PackStep> PackSteps => Set<PackStep>();

    public DbSet<ShardImpact> PackImpacts => Set<ShardImpact>();

    public DbSet<Subscription> Subscriptions => Set<Subscription>();

    public DbSet<Delivery> Deliveries => Set<Delivery>();

    public DbSet<Notice> Notices => Set<Notice>();

    public DbSet<NoticeMark> NoticeMarks => Set<NoticeMark>();

    public DbSet<WebhookSecret> WebhookSecrets => Set<WebhookSecret>();

    public DbSet<KnowledgeClock> Clock => Set<KnowledgeClock>();

    /// <summary>Adds rows within the current transaction, each as its engine does it fastest.</summary>
    /// <returns>For each row null when it was added, else the one that was there before under the same key of the same source.</returns>
    public abstract Task<KnownRow?[]> AddNewAsync(IReadOnlyList<FactRow> rows, CancellationToken cancellation);

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<FactRow>(fact =>
        {
            fact.ToTable("facts");
            fact.HasKey(f => new { f.Entity, f.Id });

            // The source's keys ascend as it sends them, so that this index grows at its end; the entity is in it for databases of many shards.
            fact.HasIndex(f => new { f.Source, f.SourceKey, f.Entity }).IsUnique();
            fact.HasIndex(f => f.Recorded);

            // What ended the use of a fact: few among very many.
            fact.HasIndex(f => f.Recorded, "IX_facts_Ended").HasFilter($"\"Kind\" IN ({(short)RecordKind.Corrected}, {(short)RecordKind.Withdrawn}, {(short)RecordKind.Repaired})");
            fact.Property(f => f.Entity).HasMaxLength(18);
            fact.Property(f => f.Kind).HasConversion<short>();
            fact.Property(f => f.Class).HasConversion<short>();
            fact.Property(f => f.Exclusion).HasConversion<short>();
            fact.Property(f => f.Source).HasMaxLength(100);
            fact.Property(f => f.SourceKey).HasMaxLength(100);
            fact.Property(f => f.Document).HasMaxLength(200);
            fact.Property(f => f.Authority).HasMaxLength(200);
            fact.Property(f => f.Basis).HasMaxLength(500);
            fact.Property(f => f.Reason).HasMaxLength(1000);
        });
        modelBuilder.Entity<AnsweredQuery>(query =>
        {
            query.ToTable("answered_queries");
            query.HasKey(q => new { q.Entity, q.Id });
            query.Property(q => q.Entity).HasMaxLength(18);
            query.Property(q => q.Client).HasMaxLength(100);
            query.Property(q => q.Kind).HasMaxLength(20);
            query.Property(q => q.Purpose).HasMaxLength(64);
            query.Property(q => q.Basis).HasMaxLength(200);
            query.Property(q => q.Pack).HasMaxLength(64);
            query.Property(q => q.Grade).HasMaxLength(64);
        });
        modelBuilder.Entity<GradeRow>(grade =>
        {
            grade.ToTable("grades");
            grade.HasKey(g => g.Entity);
            grade.Property(g => g.Entity).HasMaxLength(18);

            // Two that change it at once would tell of the change twice.
            grade.Property(g => g.Grade).HasMaxLength(20).IsConcurrencyToken();
            grade.Property(g => g.Pack).HasMaxLength(100);
        });
        modelBuilder.Entity<GradeChange>(change =>
        {
            change.ToTable("grade_changes");
            change.HasKey(c => new { c.Entity, c.Id });
            change.Property(c => c.Entity).HasMaxLength(18);
            change.Property(c => c.Before).HasMaxLength(20);
            change.Property(c => c.Grade).HasMaxLength(20);
            change.Property(c => c.Pack).HasMaxLength(100);
            change.Property(c => c.PackDigest).HasMaxLength(64);
        });
        modelBuilder.Entity<GradingMark>(mark =>
        {
            mark.ToTable("grading_marks");
            mark.HasKey(m => m.Shard);
            mark.Property(m => m.Shard).HasMaxLength(8);
            mark.Property(m => m.Scores).HasMaxLength(40);
            mark.Property(m => m.Pack).HasMaxLength(200);
        });
        modelBuilder.MapCases();
        modelBuilder.MapPriorNotices();
        modelBuilder.MapStatistics();
        modelBuilder.MapProfiles();
        modelBuilder.MapSealed();
        modelBuilder.MapPacks();
        modelBuilder.MapTelling();
        modelBuilder.MapFactFiles();
        modelBuilder.Entity<IssuedReport>(report =>
        {
            report.ToTable("issued_reports");
            report.HasKey(r => r.Id);
            report.Property(r => r.Entity).HasMaxLength(18);
            report.Property(r => r.Name).HasMaxLength(200);
            report.Property(r => r.Purpose).HasMaxLength(64);
            report.Property(r => r.Grade).HasMaxLength(64);
            report.Property(r => r.Pack).HasMaxLength(64);
        });
        modelBuilder.MapOutbox();
        modelBuilder.Entity<KnowledgeClock>(clock =>
        {
            clock.ToTable("knowledge_clock");
            clock.HasKey(c => c.Id);
            clock.Property(c => c.Id).ValueGeneratedNever();
            clock.HasData(new KnowledgeClock { Id = KnowledgeClock.OnlyId, Last = 0 });
        });
    }
}

internal sealed class SqliteCreditDb(DbContextOptions<SqliteCreditDb> options) : CreditDb(options)
{
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        // 16 bytes instead of 36 characters, twice in each row.
        configurationBuilder.Properties<Guid>().HaveConversion<GuidToBytesConverter>();

        // SQLite has no date type that sorts; UTC ticks do.
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<DateTimeOffsetToBinaryConverter>();
    }

    public override Task<KnownRow?[]> AddNewAsync(IReadOnlyList<FactRow> rows, CancellationToken cancellation) =>
        Task.FromResult(AddNewSqlite.Run(this, rows, cancellation));
}

internal sealed class PostgresCreditDb(DbContextOptions<PostgresCreditDb> options) : CreditDb(options)
{
    public override Task<KnownRow?[]> AddNewAsync(IReadOnlyList<FactRow> rows, CancellationToken cancellation) =>
        AddNewPostgres.RunAsync(this, rows, cancellation);

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasDefaultSchema(Schema);
        base.OnModelCreating(modelBuilder);
    }
}

/// <summary>Under the master key, which all hosts of one database share: each carries what another left.</summary>
internal sealed class CreditOutboxSeal(MasterKey master, TimeProvider clock) : OutboxSeal("credit-outbox", [master.Derive("credit-outbox")], clock);

internal static class CreditStorage
{
    private const long OutboxRelayLock = 0x6262_6372_6564_6974;

    public static void AddCreditStorage(this ModuleContext context)
    {
        context.Services.TryAddSingleton(_ => MasterKey.Of(context.Platform));
        context.Services.AddSingleton<CreditOutboxSeal>();
        context.AddModuleDatabase<CreditDb, SqliteCreditDb, PostgresCreditDb>(
            new ModuleDatabaseNames(CreditOptions.Section, ["credit", "credit.db"], CreditDb.Schema), services => services.OutboxInterceptors<CreditDb>());
        context.Services.AddOutbox<CreditDb>("credit", OutboxRelayLock, services => services.GetRequiredService<CreditOutboxSeal>());
    }
}

// Only `dotnet ef migrations add` uses these; neither address is ever opened.

internal sealed class SqliteDesignTime : IDesignTimeDbContextFactory<SqliteCreditDb>
{
    public SqliteCreditDb CreateDbContext(string[] args) => new(new DbContextOptionsBuilder<SqliteCreditDb>().UseSqlite("Data Source=:memory:").Options);
}

internal sealed class PostgresDesignTime : IDesignTimeDbContextFactory<PostgresCreditDb>
{
    public PostgresCreditDb CreateDbContext(string[] args) => new(new DbContextOptionsBuilder<PostgresCreditDb>()
        .UseNpgsql("Host=localhost", npgsql => npgsql.MigrationsHistoryTable("__EFMigrationsHistory", CreditDb.Schema)).Options);
}
