using Backbone.Credit.Cases;
using Backbone.Credit.Cases.Desk;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Credit.Storage;

/// <summary>The tables of objections and repairs; every key begins with the entity.</summary>
internal static class CaseTables
{
    public static void MapCases(this ModelBuilder builder)
    {
        builder.Entity<CaseRow>(row =>
        {
            row.ToTable("cases");
            row.HasKey(c => new { c.Entity, c.Id });

            // One of a kind is open about a fact at a time.
            row.HasIndex(c => new { c.Entity, c.Fact, c.Kind }).IsUnique().HasFilter($"\"State\" < {(short)CaseState.Granted}").HasDatabaseName("IX_cases_OneOpen");
            row.HasIndex(c => new { c.Kind, c.State, c.DueOn });
            row.Property(c => c.Entity).HasMaxLength(18);
            row.Property(c => c.Kind).HasConversion<short>();
            row.Property(c => c.State).HasConversion<short>();
            row.Property(c => c.Grounds).HasMaxLength(CaseRow.LongestGrounds);
            row.Property(c => c.Duty).HasMaxLength(64);
            row.Property(c => c.Proposed).HasConversion<short>();
            row.Property(c => c.ProposedContent).HasMaxLength(4000);
            row.Property(c => c.ProposedReason).HasMaxLength(CaseRow.LongestReason);
            row.Property(c => c.Done).HasConversion<short>();
            row.Property(c => c.Version).IsConcurrencyToken();

            // What is noted once is noted by one host: the other's change finds it there.
            row.Property(c => c.RemindedAt).IsConcurrencyToken();
            row.Property(c => c.OverdueAt).IsConcurrencyToken();
            row.Property(c => c.EscalatedAt).IsConcurrencyToken();
            row.Ignore(c => c.IsOpen);
        });
        builder.Entity<DeskOfficer>(officer =>
        {
            officer.ToTable("desk_officers");
            officer.HasKey(o => o.Person);
            officer.Property(o => o.Name).HasMaxLength(DeskOfficer.LongestName);
        });
        builder.Entity<CaseStep>(step =>
        {
            step.ToTable("case_steps");
            step.HasKey(s => new { s.Entity, s.Id });
            step.HasIndex(s => new { s.Entity, s.Case });
            step.Property(s => s.Entity).HasMaxLength(18);
            step.Property(s => s.Act).HasMaxLength(64);
            step.Property(s => s.Reason).HasMaxLength(CaseRow.LongestReason);
        });
        builder.Entity<CaseFile>(file =>
        {
            file.ToTable("case_files");
            file.HasKey(f => new { f.Entity, f.Id });
            file.HasIndex(f => new { f.Entity, f.Case });
            file.Property(f => f.Entity).HasMaxLength(18);
            file.Property(f => f.Material).HasMaxLength(40);
            file.Property(f => f.Kind).HasConversion<short>();
        });
    }
}
