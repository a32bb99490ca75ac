using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Backbone.Credit.Storage.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class AnsweredQueries : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "answered_queries",
                columns: table => new
                {
                    Entity = table.Column<string>(type: "TEXT", maxLength: 18, nullable: false),
                    Id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    At = table.Column<long>(type: "INTEGER", nullable: false),
                    Client = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    Kind = table.Column<string>(type: "TEXT", maxLength: 20, nullable: false),
                    Purpose = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    Basis = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    ValidOn = table.Column<DateOnly>(type: "TEXT", nullable: false),
                    Known = table.Column<long>(type: "INTEGER", nullable: false),
                    Pack = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    PackVersion = table.Column<int>(type: "INTEGER", nullable: false),
                    Points = table.Column<int>(type: "INTEGER", nullable: false),
                    Grade = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false)
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
                name: "answered_queries");
        }
    }
}
