using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Backbone.Credit.Storage.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Grades : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "grade_changes",
                schema: "credit",
                columns: table => new
                {
                    Entity = table.Column<string>(type: "character varying(18)", maxLength: 18, nullable: false),
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    Day = table.Column<DateOnly>(type: "date", nullable: false),
                    Before = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: true),
                    Grade = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    Points = table.Column<int>(type: "integer", nullable: false),
                    Pack = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    PackDigest = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    Known = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_grade_changes", x => new { x.Entity, x.Id });
                });

            migrationBuilder.CreateTable(
                name: "grades",
                schema: "credit",
                columns: table => new
                {
                    Entity = table.Column<string>(type: "character varying(18)", maxLength: 18, nullable: false),
                    Grade = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    Points = table.Column<int>(type: "integer", nullable: false),
                    Since = table.Column<DateOnly>(type: "date", nullable: false),
                    Pack = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_grades", x => x.Entity);
                });

            migrationBuilder.CreateTable(
                name: "grading_marks",
                schema: "credit",
                columns: table => new
                {
                    Shard = table.Column<string>(type: "character varying(8)", maxLength: 8, nullable: false),
                    Scores = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    Host = table.Column<Guid>(type: "uuid", nullable: false),
                    Day = table.Column<DateOnly>(type: "date", nullable: false),
                    Pack = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    Known = table.Column<long>(type: "bigint", nullable: false),
                    Entities = table.Column<long>(type: "bigint", nullable: false),
                    At = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_grading_marks", x => x.Shard);
                });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "grade_changes",
                schema: "credit");

            migrationBuilder.DropTable(
                name: "grades",
                schema: "credit");

            migrationBuilder.DropTable(
                name: "grading_marks",
                schema: "credit");
        }
    }
}
