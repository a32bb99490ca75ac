using Backbone.Credit.Telling;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Credit.Storage;

/// <summary>The tables of what credit tells by itself; the key of what belongs to an organisation begins with it.</summary>
internal static class TellingTables
{
    public static void MapTelling(this ModelBuilder builder)
    {
        builder.Entity<Subscription>(row =>
        {
            row.ToTable("subscriptions");
            row.HasKey(s => new { s.Entity, s.Id });
            row.HasIndex(s => new { s.Client, s.Id });
            row.Property(s => s.Entity).HasMaxLength(18);
            row.Property(s => s.Client).HasMaxLength(100);
            row.Property(s => s.Purpose).HasMaxLength(64);
            row.Property(s => s.Basis).HasMaxLength(200);
            row.Property(s => s.Target).HasMaxLength(Subscription.LongestTarget);
            row.Property(s => s.Ending).HasConversion<short>();
        });
        builder.Entity<Delivery>(row =>
        {
            row.ToTable("deliveries");
            row.HasKey(d => new { d.Entity, d.Id });
            row.HasIndex(d => new { d.Entity, d.Subscription });
            row.HasIndex(d => d.NextAt).HasFilter($"\"State\" = {(short)DeliveryState.Waiting}").HasDatabaseName("IX_deliveries_Due");
            row.Property(d => d.Entity).HasMaxLength(18);
            row.HasIndex(d => new { d.Client, d.State, d.Id }).HasFilter($"\"State\" IN ({(short)DeliveryState.Waiting}, {(short)DeliveryState.Parked})").HasDatabaseName("IX_deliveries_Open");
            row.Property(d => d.Client).HasMaxLength(100);
            row.Property(d => d.Receiver).HasMaxLength(Delivery.LongestReceiver);
            row.Property(d => d.Type).HasMaxLength(40);
            row.Property(d => d.State).HasConversion<short>();
            row.Property(d => d.Failure).HasMaxLength(40);
        });
        builder.Entity<Notice>(row =>
        {
            row.ToTable("notices");
            row.HasKey(n => new { n.Entity, n.Id });

            // One for each program and record, whatever host writes it.
            row.HasIndex(n => new { n.Entity, n.Record, n.Client }).IsUnique();
            row.HasIndex(n => new { n.Client, n.Id });
            row.HasIndex(n => n.DueOn).HasFilter("\"AcknowledgedAt\" IS NULL").HasDatabaseName("IX_notices_Open");
            row.Property(n => n.Entity).HasMaxLength(18);
            row.Property(n => n.Client).HasMaxLength(100);
            row.Property(n => n.Kind).HasConversion<short>();
            row.Property(n => n.AcknowledgedAt).IsConcurrencyToken();
            row.Property(n => n.OverdueAt).IsConcurrencyToken();
        });
        builder.Entity<NoticeMark>(row =>
        {
            row.ToTable("notice_mark");
            row.HasKey(m => m.Id);
            row.Property(m => m.Id).ValueGeneratedNever();
            row.HasData(new NoticeMark { Known = 0 });
        });
        builder.Entity<WebhookSecret>(row =>
        {
            row.ToTable("webhook_secrets");
            row.HasKey(s => s.Client);
            row.Property(s => s.Client).HasMaxLength(100);
            row.Property(s => s.NoticeTarget).HasMaxLength(Subscription.LongestTarget);
            row.Property(s => s.Version).IsConcurrencyToken();
        });
    }
}
