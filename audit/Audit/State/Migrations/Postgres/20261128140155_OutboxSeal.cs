using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Backbone.Audit.State.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class OutboxSeal : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "Place",
                schema: "audit",
                table: "Outbox",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<byte[]>(
                name: "Seal",
                schema: "audit",
                table: "Outbox",
                type: "bytea",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "Place",
                schema: "audit",
                table: "Outbox");

            migrationBuilder.DropColumn(
                name: "Seal",
                schema: "audit",
                table: "Outbox");
        }
    }
}
