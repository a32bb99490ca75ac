using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Backbone.Audit.State.Migrations.Sqlite
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

            migrationBuilder.AddColumn<byte[]>(
                name: "Seal",
                table: "Outbox",
                type: "BLOB",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "Place",
                table: "Outbox");

            migrationBuilder.DropColumn(
                name: "Seal",
                table: "Outbox");
        }
    }
}
