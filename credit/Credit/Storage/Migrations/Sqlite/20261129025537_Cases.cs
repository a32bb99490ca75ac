using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Backbone.Credit.Storage.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Cases : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "case_files",
                columns: table => new
                {
                    Entity = table.Column<string>(type: "TEXT", maxLength: 18, nullable: false),
                    Id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    Case = table.Column<byte[]>(type: "BLOB", nullable: false),
                    Material = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    Kind = table.Column<short>(type: "INTEGER", nullable: false),
                    Size = table.Column<int>(type: "INTEGER", nullable: false),
                    Digest = table.Column<byte[]>(type: "BLOB", nullable: false),
                    Sealed = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_case_files", x => new { x.Entity, x.Id });
                });

            migrationBuilder.CreateTable(
                name: "case_steps",
                columns: table => new
                {
                    Entity = table.Column<string>(type: "TEXT", maxLength: 18, nullable: false),
                    Id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    Case = table.Column<byte[]>(type: "BLOB", nullable: false),
                    Act = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    At = table.Column<long>(type: "INTEGER", nullable: false),
                    By = table.Column<byte[]>(type: "BLOB", nullable: true),
                    IsOrganisation = table.Column<bool>(type: "INTEGER", nullable: false),
                    Reason = table.Column<string>(type: "TEXT", maxLength: 1000, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_case_steps", x => new { x.Entity, x.Id });
                });

            migrationBuilder.CreateTable(
                name: "cases",
                columns: table => new
                {
                    Entity = table.Column<string>(type: "TEXT", maxLength: 18, nullable: false),
                    Id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    Kind = table.Column<short>(type: "INTEGER", nullable: false),
                    Fact = table.Column<byte[]>(type: "BLOB", nullable: false),
                    State = table.Column<short>(type: "INTEGER", nullable: false),
                    Grounds = table.Column<string>(type: "TEXT", maxLength: 2000, nullable: false),
                    FiledAt = table.Column<long>(type: "INTEGER", nullable: false),
                    FiledBy = table.Column<byte[]>(type: "BLOB", nullable: false),
                    Duty = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    RunsFrom = table.Column<DateOnly>(type: "TEXT", nullable: false),
                    DueOn = table.Column<DateOnly>(type: "TEXT", nullable: false),
                    OverdueAt = table.Column<long>(type: "INTEGER", nullable: true),
                    Proposed = table.Column<short>(type: "INTEGER", nullable: false),
                    ProposedContent = table.Column<string>(type: "TEXT", maxLength: 4000, nullable: true),
                    ProposedReason = table.Column<string>(type: "TEXT", maxLength: 1000, nullable: true),
                    ProposedBy = table.Column<byte[]>(type: "BLOB", nullable: true),
                    ClosedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    Done = table.Column<short>(type: "INTEGER", nullable: false),
                    Version = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_cases", x => new { x.Entity, x.Id });
                });

            migrationBuilder.CreateIndex(
                name: "IX_case_files_Entity_Case",
                table: "case_files",
                columns: new[] { "Entity", "Case" });

            migrationBuilder.CreateIndex(
                name: "IX_case_steps_Entity_Case",
                table: "case_steps",
                columns: new[] { "Entity", "Case" });

            migrationBuilder.CreateIndex(
                name: "IX_cases_Kind_State_DueOn",
                table: "cases",
                columns: new[] { "Kind", "State", "DueOn" });

            migrationBuilder.CreateIndex(
                name: "IX_cases_OneOpen",
                table: "cases",
                columns: new[] { "Entity", "Fact", "Kind" },
                unique: true,
                filter: "\"State\" < 3");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "case_files");

            migrationBuilder.DropTable(
                name: "case_steps");

            migrationBuilder.DropTable(
                name: "cases");
        }
    }
}
