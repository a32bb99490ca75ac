using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Backbone.Credit.Storage.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class AnsweredQueries : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "answered_queries",
                schema: "credit",
                columns: table => new
                {
                    Entity = table.Column<string>(type: "character varying(18)", maxLength: 18, nullable: false),
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    At = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    Client = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    Kind = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    Purpose = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    Basis = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    ValidOn = table.Column<DateOnly>(type: "date", nullable: false),
                    Known = table.Column<long>(type: "bigint", nullable: false),
                    Pack = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    PackVersion = table.Column<int>(type: "integer", nullable: false),
                    Points = table.Column<int>(type: "integer", nullable: false),
                    Grade = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_answered_queries", x => new { x.Entity, x.Id });
                });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "answered_queries",
                schema: "credit");
        }
    }
}
