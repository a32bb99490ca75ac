using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Backbone.Credit.Storage.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.EnsureSchema(
                name: "credit");

            migrationBuilder.CreateTable(
                name: "facts",
                schema: "credit",
                columns: table => new
                {
                    Entity = table.Column<string>(type: "character varying(18)", maxLength: 18, nullable: false),
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    Kind = table.Column<short>(type: "smallint", nullable: false),
                    About = table.Column<Guid>(type: "uuid", nullable: true),
                    Recorded = table.Column<long>(type: "bigint", nullable: false),
                    Type = table.Column<short>(type: "smallint", nullable: false),
                    Class = table.Column<short>(type: "smallint", nullable: false),
                    Exclusion = table.Column<short>(type: "smallint", nullable: false),
                    Quantity = table.Column<long>(type: "bigint", nullable: false),
                    Decided = table.Column<DateOnly>(type: "date", nullable: false),
                    BehaviourEnd = table.Column<DateOnly>(type: "date", nullable: true),
                    ValidFrom = table.Column<DateOnly>(type: "date", nullable: true),
                    ValidTo = table.Column<DateOnly>(type: "date", nullable: true),
                    Document = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    Authority = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    Basis = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: false),
                    Reason = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: false),
                    Source = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    SourceKey = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    Hash = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_facts", x => new { x.Entity, x.Id });
                });

            migrationBuilder.CreateTable(
                name: "knowledge_clock",
                schema: "credit",
                columns: table => new
                {
                    Id = table.Column<int>(type: "integer", nullable: false),
                    Last = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_knowledge_clock", x => x.Id);
                });

            migrationBuilder.InsertData(
                schema: "credit",
                table: "knowledge_clock",
                columns: new[] { "Id", "Last" },
                values: new object[] { 1, 0L });

            migrationBuilder.CreateIndex(
                name: "IX_facts_Recorded",
                schema: "credit",
                table: "facts",
                column: "Recorded");

            migrationBuilder.CreateIndex(
                name: "IX_facts_Source_SourceKey_Entity",
                schema: "credit",
                table: "facts",
                columns: new[] { "Source", "SourceKey", "Entity" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "facts",
                schema: "credit");

            migrationBuilder.DropTable(
                name: "knowledge_clock",
                schema: "credit");
        }
    }
}
