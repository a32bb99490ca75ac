using Backbone.Credit.Facts.Files;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Credit.Storage;

/// <summary>The table of files of facts: of no entity, and small beside them.</summary>
internal static class FactFileTable
{
    public static void MapFactFiles(this ModelBuilder builder) => builder.Entity<FactFile>(file =>
    {
        file.ToTable("fact_files");
        file.HasKey(f => f.Id);

        // A daily file is taken once; an upload may come again, and finds its rows in the store.
        file.HasIndex(f => new { f.Source, f.Digest }).IsUnique().HasFilter($"\"Origin\" = {(short)FileOrigin.Daily}").HasDatabaseName("IX_fact_files_OnceDaily");
        file.HasIndex(f => new { f.Origin, f.At });
        file.Property(f => f.Origin).HasConversion<short>();
        file.Property(f => f.State).HasConversion<short>();
        file.Property(f => f.Source).HasMaxLength(100);
        file.Property(f => f.Name).HasMaxLength(FactFile.LongestName);
        file.Property(f => f.Form).HasMaxLength(20);
        file.Property(f => f.NotRead).HasMaxLength(8000);
        file.Property(f => f.Version).IsConcurrencyToken();
    });
}
