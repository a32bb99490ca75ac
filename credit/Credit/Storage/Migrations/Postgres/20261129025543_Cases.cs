using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Backbone.Credit.Storage.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Cases : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "case_files",
                schema: "credit",
                columns: table => new
                {
                    Entity = table.Column<string>(type: "character varying(18)", maxLength: 18, nullable: false),
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    Case = table.Column<Guid>(type: "uuid", nullable: false),
                    Material = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    Kind = table.Column<short>(type: "smallint", nullable: false),
                    Size = table.Column<int>(type: "integer", nullable: false),
                    Digest = table.Column<byte[]>(type: "bytea", nullable: false),
                    Sealed = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_case_files", x => new { x.Entity, x.Id });
                });

            migrationBuilder.CreateTable(
                name: "case_steps",
                schema: "credit",
                columns: table => new
                {
                    Entity = table.Column<string>(type: "character varying(18)", maxLength: 18, nullable: false),
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    Case = table.Column<Guid>(type: "uuid", nullable: false),
                    Act = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    At = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    By = table.Column<Guid>(type: "uuid", nullable: true),
                    IsOrganisation = table.Column<bool>(type: "boolean", nullable: false),
                    Reason = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_case_steps", x => new { x.Entity, x.Id });
                });

            migrationBuilder.CreateTable(
                name: "cases",
                schema: "credit",
                columns: table => new
                {
                    Entity = table.Column<string>(type: "character varying(18)", maxLength: 18, nullable: false),
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    Kind = table.Column<short>(type: "smallint", nullable: false),
                    Fact = table.Column<Guid>(type: "uuid", nullable: false),
                    State = table.Column<short>(type: "smallint", nullable: false),
                    Grounds = table.Column<string>(type: "character varying(2000)", maxLength: 2000, nullable: false),
                    FiledAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    FiledBy = table.Column<Guid>(type: "uuid", nullable: false),
                    Duty = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    RunsFrom = table.Column<DateOnly>(type: "date", nullable: false),
                    DueOn = table.Column<DateOnly>(type: "date", nullable: false),
                    OverdueAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    Proposed = table.Column<short>(type: "smallint", nullable: false),
                    ProposedContent = table.Column<string>(type: "character varying(4000)", maxLength: 4000, nullable: true),
                    ProposedReason = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: true),
                    ProposedBy = table.Column<Guid>(type: "uuid", nullable: true),
                    ClosedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    Done = table.Column<short>(type: "smallint", nullable: false),
                    Version = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_cases", x => new { x.Entity, x.Id });
                });

            migrationBuilder.CreateIndex(
                name: "IX_case_files_Entity_Case",
                schema: "credit",
                table: "case_files",
                columns: new[] { "Entity", "Case" });

            migrationBuilder.CreateIndex(
                name: "IX_case_steps_Entity_Case",
                schema: "credit",
                table: "case_steps",
                columns: new[] { "Entity", "Case" });

            migrationBuilder.CreateIndex(
                name: "IX_cases_Kind_State_DueOn",
                schema: "credit",
                table: "cases",
                columns: new[] { "Kind", "State", "DueOn" });

            migrationBuilder.CreateIndex(
                name: "IX_cases_OneOpen",
                schema: "credit",
                table: "cases",
                columns: new[] { "Entity", "Fact", "Kind" },
                unique: true,
                filter: "\"State\" < 3");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "case_files",
                schema: "credit");

            migrationBuilder.DropTable(
                name: "case_steps",
                schema: "credit");

            migrationBuilder.DropTable(
                name: "cases",
                schema: "credit");
        }
    }
}
