using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Backbone.Credit.Storage.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Statistics : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "pack_releases",
                schema: "credit",
                columns: table => new
                {
                    Since = table.Column<DateOnly>(type: "date", nullable: false),
                    Digest = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    Pack = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_pack_releases", x => new { x.Since, x.Digest });
                });

            migrationBuilder.CreateTable(
                name: "release_back_tests",
                schema: "credit",
                columns: table => new
                {
                    Digest = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    Day = table.Column<DateOnly>(type: "date", nullable: false),
                    MadeAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    OneOf = table.Column<int>(type: "integer", nullable: false),
                    Entities = table.Column<long>(type: "bigint", nullable: false),
                    Outcomes = table.Column<long>(type: "bigint", nullable: false),
                    Area = table.Column<double>(type: "double precision", nullable: true),
                    AreaLow = table.Column<double>(type: "double precision", nullable: true),
                    AreaHigh = table.Column<double>(type: "double precision", nullable: true),
                    Distance = table.Column<double>(type: "double precision", nullable: true),
                    DistanceLow = table.Column<double>(type: "double precision", nullable: true),
                    DistanceHigh = table.Column<double>(type: "double precision", nullable: true),
                    Capture = table.Column<double>(type: "double precision", nullable: true),
                    CaptureLow = table.Column<double>(type: "double precision", nullable: true),
                    CaptureHigh = table.Column<double>(type: "double precision", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_release_back_tests", x => new { x.Digest, x.Day });
                });

            migrationBuilder.CreateTable(
                name: "statistics",
                schema: "credit",
                columns: table => new
                {
                    Day = table.Column<DateOnly>(type: "date", nullable: false),
                    Shard = table.Column<string>(type: "character varying(8)", maxLength: 8, nullable: false),
                    Kind = table.Column<short>(type: "smallint", nullable: false),
                    Group = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    Value = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    Count = table.Column<long>(type: "bigint", nullable: false)
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
                name: "pack_releases",
                schema: "credit");

            migrationBuilder.DropTable(
                name: "release_back_tests",
                schema: "credit");

            migrationBuilder.DropTable(
                name: "statistics",
                schema: "credit");
        }
    }
}
