using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Backbone.Credit.Storage.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Deadlines : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<byte[]>(
                name: "AssignedTo",
                table: "prior_notices",
                type: "BLOB",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "EscalatedAt",
                table: "prior_notices",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "RemindedAt",
                table: "prior_notices",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<byte[]>(
                name: "AssignedTo",
                table: "cases",
                type: "BLOB",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "EscalatedAt",
                table: "cases",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "ExtendedAt",
                table: "cases",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<short>(
                name: "Extension",
                table: "cases",
                type: "INTEGER",
                nullable: false,
                defaultValue: (short)0);

            migrationBuilder.AddColumn<long>(
                name: "RemindedAt",
                table: "cases",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "desk_officers",
                columns: table => new
                {
                    Person = table.Column<byte[]>(type: "BLOB", nullable: false),
                    Name = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    SeenAt = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_desk_officers", x => x.Person);
                });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "desk_officers");

            migrationBuilder.DropColumn(
                name: "AssignedTo",
                table: "prior_notices");

            migrationBuilder.DropColumn(
                name: "EscalatedAt",
                table: "prior_notices");

            migrationBuilder.DropColumn(
                name: "RemindedAt",
                table: "prior_notices");

            migrationBuilder.DropColumn(
                name: "AssignedTo",
                table: "cases");

            migrationBuilder.DropColumn(
                name: "EscalatedAt",
                table: "cases");

            migrationBuilder.DropColumn(
                name: "ExtendedAt",
                table: "cases");

            migrationBuilder.DropColumn(
                name: "Extension",
                table: "cases");

            migrationBuilder.DropColumn(
                name: "RemindedAt",
                table: "cases");
        }
    }
}
