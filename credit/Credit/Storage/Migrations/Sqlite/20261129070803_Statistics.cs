using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Backbone.Credit.Storage.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Statistics : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "pack_releases",
                columns: table => new
                {
                    Since = table.Column<DateOnly>(type: "TEXT", nullable: false),
                    Digest = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    Pack = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_pack_releases", x => new { x.Since, x.Digest });
                });

            migrationBuilder.CreateTable(
                name: "release_back_tests",
                columns: table => new
                {
                    Digest = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    Day = table.Column<DateOnly>(type: "TEXT", nullable: false),
                    MadeAt = table.Column<long>(type: "INTEGER", nullable: false),
                    OneOf = table.Column<int>(type: "INTEGER", nullable: false),
                    Entities = table.Column<long>(type: "INTEGER", nullable: false),
                    Outcomes = table.Column<long>(type: "INTEGER", nullable: false),
                    Area = table.Column<double>(type: "REAL", nullable: true),
                    AreaLow = table.Column<double>(type: "REAL", nullable: true),
                    AreaHigh = table.Column<double>(type: "REAL", nullable: true),
                    Distance = table.Column<double>(type: "REAL", nullable: true),
                    DistanceLow = table.Column<double>(type: "REAL", nullable: true),
                    DistanceHigh = table.Column<double>(type: "REAL", nullable: true),
                    Capture = table.Column<double>(type: "REAL", nullable: true),
                    CaptureLow = table.Column<double>(type: "REAL", nullable: true),
                    CaptureHigh = table.Column<double>(type: "REAL", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_release_back_tests", x => new { x.Digest, x.Day });
                });

            migrationBuilder.CreateTable(
                name: "statistics",
                columns: table => new
                {
                    Day = table.Column<DateOnly>(type: "TEXT", nullable: false),
                    Shard = table.Column<string>(type: "TEXT", maxLength: 8, nullable: false),
                    Kind = table.Column<short>(type: "INTEGER", nullable: false),
                    Group = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    Value = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    Count = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_statistics", x => new { x.Day, x.Shard, x.Kind, x.Group, x.Value });
                });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "pack_releases");

            migrationBuilder.DropTable(
                name: "release_back_tests");

            migrationBuilder.DropTable(
                name: "statistics");
        }
    }
}
