using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Backbone.Credit.Storage.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "facts",
                columns: table => new
                {
                    Entity = table.Column<string>(type: "TEXT", maxLength: 18, nullable: false),
                    Id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    Kind = table.Column<short>(type: "INTEGER", nullable: false),
                    About = table.Column<byte[]>(type: "BLOB", nullable: true),
                    Recorded = table.Column<long>(type: "INTEGER", nullable: false),
                    Type = table.Column<short>(type: "INTEGER", nullable: false),
                    Class = table.Column<short>(type: "INTEGER", nullable: false),
                    Exclusion = table.Column<short>(type: "INTEGER", nullable: false),
                    Quantity = table.Column<long>(type: "INTEGER", nullable: false),
                    Decided = table.Column<DateOnly>(type: "TEXT", nullable: false),
                    BehaviourEnd = table.Column<DateOnly>(type: "TEXT", nullable: true),
                    ValidFrom = table.Column<DateOnly>(type: "TEXT", nullable: true),
                    ValidTo = table.Column<DateOnly>(type: "TEXT", nullable: true),
                    Document = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    Authority = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    Basis = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    Reason = table.Column<string>(type: "TEXT", maxLength: 1000, nullable: false),
                    Source = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    SourceKey = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    Hash = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_facts", x => new { x.Entity, x.Id });
                });

            migrationBuilder.CreateTable(
                name: "knowledge_clock",
                columns: table => new
                {
                    Id = table.Column<int>(type: "INTEGER", nullable: false),
                    Last = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_knowledge_clock", x => x.Id);
                });

            migrationBuilder.InsertData(
                table: "knowledge_clock",
                columns: new[] { "Id", "Last" },
                values: new object[] { 1, 0L });

            migrationBuilder.CreateIndex(
                name: "IX_facts_Recorded",
                table: "facts",
                column: "Recorded");

            migrationBuilder.CreateIndex(
                name: "IX_facts_Source_SourceKey_Entity",
                table: "facts",
                columns: new[] { "Source", "SourceKey", "Entity" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "facts");

            migrationBuilder.DropTable(
                name: "knowledge_clock");
        }
    }
}
