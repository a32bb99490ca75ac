using Backbone.Credit.Packs.Keeping;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Credit.Storage;

/// <summary>The tables of policy packs. They are few, and of no entity.</summary>
internal static class PackTables
{
    public static void MapPacks(this ModelBuilder builder)
    {
        builder.Entity<KeptPack>(pack =>
        {
            pack.ToTable("packs");
            pack.HasKey(p => p.Id);
            pack.HasIndex(p => new { p.Pack, p.Version }).IsUnique();
            pack.Property(p => p.Pack).HasMaxLength(64);
            pack.Property(p => p.Digest).HasMaxLength(64);
            pack.Property(p => p.State).HasConversion<short>();
            pack.Property(p => p.Step).IsConcurrencyToken();
        });
        builder.Entity<PackStep>(step =>
        {
            step.ToTable("pack_steps");
            step.HasKey(s => s.Id);
            step.HasIndex(s => s.Pack);
            step.Property(s => s.Act).HasMaxLength(64);
            step.Property(s => s.Reason).HasMaxLength(KeptPack.LongestReason);
        });
        builder.Entity<ShardImpact>(impact =>
        {
            impact.ToTable("pack_impacts");
            impact.HasKey(i => new { i.Pack, i.Shard });
            impact.Property(i => i.Shard).HasMaxLength(8);
            impact.Property(i => i.Against).HasMaxLength(64);
        });
    }
}
