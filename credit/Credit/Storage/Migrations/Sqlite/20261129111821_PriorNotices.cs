using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Backbone.Credit.Storage.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class PriorNotices : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "prior_notices",
                columns: table => new
                {
                    Entity = table.Column<string>(type: "TEXT", maxLength: 18, nullable: false),
                    Id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    Purpose = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    State = table.Column<short>(type: "INTEGER", nullable: false),
                    Grade = table.Column<string>(type: "TEXT", maxLength: 20, nullable: false),
                    Points = table.Column<int>(type: "INTEGER", nullable: false),
                    Before = table.Column<string>(type: "TEXT", maxLength: 20, nullable: true),
                    Pack = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    PackDigest = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    Day = table.Column<DateOnly>(type: "TEXT", nullable: false),
                    Known = table.Column<long>(type: "INTEGER", nullable: false),
                    Formers = table.Column<string>(type: "TEXT", nullable: false),
                    Facts = table.Column<string>(type: "TEXT", nullable: false),
                    GivenAt = table.Column<long>(type: "INTEGER", nullable: false),
                    RunsFrom = table.Column<DateOnly>(type: "TEXT", nullable: false),
                    DueOn = table.Column<DateOnly>(type: "TEXT", nullable: false),
                    EndsOn = table.Column<DateOnly>(type: "TEXT", nullable: false),
                    ReadAt = table.Column<long>(type: "INTEGER", nullable: true),
                    Answer = table.Column<short>(type: "INTEGER", nullable: false),
                    AnswerText = table.Column<string>(type: "TEXT", maxLength: 2000, nullable: true),
                    AnsweredAt = table.Column<long>(type: "INTEGER", nullable: true),
                    RepliedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    ClosedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    ClosedKnown = table.Column<long>(type: "INTEGER", nullable: true),
                    SeenGrade = table.Column<string>(type: "TEXT", maxLength: 20, nullable: false),
                    SeenPoints = table.Column<int>(type: "INTEGER", nullable: false),
                    SeenKnown = table.Column<long>(type: "INTEGER", nullable: false),
                    Version = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_prior_notices", x => new { x.Entity, x.Id });
                });

            migrationBuilder.CreateIndex(
                name: "IX_prior_notices_OneOpen",
                table: "prior_notices",
                columns: new[] { "Entity", "Purpose" },
                unique: true,
                filter: "\"State\" = 0");

            migrationBuilder.CreateIndex(
                name: "IX_prior_notices_State_EndsOn",
                table: "prior_notices",
                columns: new[] { "State", "EndsOn" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "prior_notices");
        }
    }
}
