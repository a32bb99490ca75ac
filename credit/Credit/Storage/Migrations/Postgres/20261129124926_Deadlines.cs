using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Backbone.Credit.Storage.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Deadlines : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<Guid>(
                name: "AssignedTo",
                schema: "credit",
                table: "prior_notices",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "EscalatedAt",
                schema: "credit",
                table: "prior_notices",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "RemindedAt",
                schema: "credit",
                table: "prior_notices",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "AssignedTo",
                schema: "credit",
                table: "cases",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "EscalatedAt",
                schema: "credit",
                table: "cases",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "ExtendedAt",
                schema: "credit",
                table: "cases",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<short>(
                name: "Extension",
                schema: "credit",
                table: "cases",
                type: "smallint",
                nullable: false,
                defaultValue: (short)0);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "RemindedAt",
                schema: "credit",
                table: "cases",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "desk_officers",
                schema: "credit",
                columns: table => new
                {
                    Person = table.Column<Guid>(type: "uuid", nullable: false),
                    Name = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    SeenAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
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
                name: "desk_officers",
                schema: "credit");

            migrationBuilder.DropColumn(
                name: "AssignedTo",
                schema: "credit",
                table: "prior_notices");

            migrationBuilder.DropColumn(
                name: "EscalatedAt",
                schema: "credit",
                table: "prior_notices");

            migrationBuilder.DropColumn(
                name: "RemindedAt",
                schema: "credit",
                table: "prior_notices");

            migrationBuilder.DropColumn(
                name: "AssignedTo",
                schema: "credit",
                table: "cases");

            migrationBuilder.DropColumn(
                name: "EscalatedAt",
                schema: "credit",
                table: "cases");

            migrationBuilder.DropColumn(
                name: "ExtendedAt",
                schema: "credit",
                table: "cases");

            migrationBuilder.DropColumn(
                name: "Extension",
                schema: "credit",
                table: "cases");

            migrationBuilder.DropColumn(
                name: "RemindedAt",
                schema: "credit",
                table: "cases");
        }
    }
}
