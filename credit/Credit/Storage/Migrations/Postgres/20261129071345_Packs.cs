using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Backbone.Credit.Storage.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Packs : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "pack_impacts",
                schema: "credit",
                columns: table => new
                {
                    Pack = table.Column<Guid>(type: "uuid", nullable: false),
                    Shard = table.Column<string>(type: "character varying(8)", maxLength: 8, nullable: false),
                    Against = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    Day = table.Column<DateOnly>(type: "date", nullable: false),
                    At = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    Result = table.Column<byte[]>(type: "bytea", nullable: false),
                    Fault = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_pack_impacts", x => new { x.Pack, x.Shard });
                });

            migrationBuilder.CreateTable(
                name: "pack_steps",
                schema: "credit",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    Pack = table.Column<Guid>(type: "uuid", nullable: false),
                    Act = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    At = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    By = table.Column<Guid>(type: "uuid", nullable: true),
                    Reason = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_pack_steps", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "packs",
                schema: "credit",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    Pack = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    Version = table.Column<int>(type: "integer", nullable: false),
                    Content = table.Column<byte[]>(type: "bytea", nullable: false),
                    Digest = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    WantedFrom = table.Column<DateOnly>(type: "date", nullable: false),
                    SubmittedBy = table.Column<Guid>(type: "uuid", nullable: false),
                    SubmittedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    State = table.Column<short>(type: "smallint", nullable: false),
                    FirstBy = table.Column<Guid>(type: "uuid", nullable: true),
                    SecondBy = table.Column<Guid>(type: "uuid", nullable: true),
                    SignedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    InForceFrom = table.Column<DateOnly>(type: "date", nullable: true),
                    Signature = table.Column<byte[]>(type: "bytea", nullable: true),
                    Step = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_packs", x => x.Id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_pack_steps_Pack",
                schema: "credit",
                table: "pack_steps",
                column: "Pack");

            migrationBuilder.CreateIndex(
                name: "IX_packs_Pack_Version",
                schema: "credit",
                table: "packs",
                columns: new[] { "Pack", "Version" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "pack_impacts",
                schema: "credit");

            migrationBuilder.DropTable(
                name: "pack_steps",
                schema: "credit");

            migrationBuilder.DropTable(
                name: "packs",
                schema: "credit");
        }
    }
}
