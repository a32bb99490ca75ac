using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Backbone.Identity.Storage.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class OutboxSeal : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "Place",
                table: "Outbox",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "RefusedAt",
                table: "Outbox",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<byte[]>(
                name: "Seal",
                table: "Outbox",
                type: "BLOB",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "IX_Outbox_Place",
                table: "Outbox",
                column: "Place");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Outbox_Place",
                table: "Outbox");

            migrationBuilder.DropColumn(
                name: "Place",
                table: "Outbox");

            migrationBuilder.DropColumn(
                name: "RefusedAt",
                table: "Outbox");

            migrationBuilder.DropColumn(
                name: "Seal",
                table: "Outbox");
        }
    }
}
