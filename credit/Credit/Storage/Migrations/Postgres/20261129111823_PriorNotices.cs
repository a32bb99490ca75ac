using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Backbone.Credit.Storage.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class PriorNotices : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "prior_notices",
                schema: "credit",
                columns: table => new
                {
                    Entity = table.Column<string>(type: "character varying(18)", maxLength: 18, nullable: false),
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    Purpose = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    State = table.Column<short>(type: "smallint", nullable: false),
                    Grade = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    Points = table.Column<int>(type: "integer", nullable: false),
                    Before = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: true),
                    Pack = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    PackDigest = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    Day = table.Column<DateOnly>(type: "date", nullable: false),
                    Known = table.Column<long>(type: "bigint", nullable: false),
                    Formers = table.Column<string>(type: "text", nullable: false),
                    Facts = table.Column<string>(type: "text", nullable: false),
                    GivenAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    RunsFrom = table.Column<DateOnly>(type: "date", nullable: false),
                    DueOn = table.Column<DateOnly>(type: "date", nullable: false),
                    EndsOn = table.Column<DateOnly>(type: "date", nullable: false),
                    ReadAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    Answer = table.Column<short>(type: "smallint", nullable: false),
                    AnswerText = table.Column<string>(type: "character varying(2000)", maxLength: 2000, nullable: true),
                    AnsweredAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    RepliedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    ClosedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    ClosedKnown = table.Column<long>(type: "bigint", nullable: true),
                    SeenGrade = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    SeenPoints = table.Column<int>(type: "integer", nullable: false),
                    SeenKnown = table.Column<long>(type: "bigint", nullable: false),
                    Version = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_prior_notices", x => new { x.Entity, x.Id });
                });

            migrationBuilder.CreateIndex(
                name: "IX_prior_notices_OneOpen",
                schema: "credit",
                table: "prior_notices",
                columns: new[] { "Entity", "Purpose" },
                unique: true,
                filter: "\"State\" = 0");

            migrationBuilder.CreateIndex(
                name: "IX_prior_notices_State_EndsOn",
                schema: "credit",
                table: "prior_notices",
                columns: new[] { "State", "EndsOn" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "prior_notices",
                schema: "credit");
        }
    }
}
