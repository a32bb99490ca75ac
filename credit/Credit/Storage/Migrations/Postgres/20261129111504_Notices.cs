using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Backbone.Credit.Storage.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Notices : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "NoticeTarget",
                schema: "credit",
                table: "webhook_secrets",
                type: "character varying(500)",
                maxLength: 500,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Client",
                schema: "credit",
                table: "deliveries",
                type: "character varying(100)",
                maxLength: 100,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<int>(
                name: "Failures",
                schema: "credit",
                table: "deliveries",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "TriedSince",
                schema: "credit",
                table: "deliveries",
                type: "timestamp with time zone",
                nullable: false,
                defaultValue: new DateTimeOffset(new DateTime(1, 1, 1, 0, 0, 0, 0, DateTimeKind.Unspecified), new TimeSpan(0, 0, 0, 0, 0)));

            migrationBuilder.CreateTable(
                name: "notice_mark",
                schema: "credit",
                columns: table => new
                {
                    Id = table.Column<int>(type: "integer", nullable: false),
                    Known = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_notice_mark", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "notices",
                schema: "credit",
                columns: table => new
                {
                    Entity = table.Column<string>(type: "character varying(18)", maxLength: 18, nullable: false),
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    Client = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    Fact = table.Column<Guid>(type: "uuid", nullable: false),
                    Record = table.Column<Guid>(type: "uuid", nullable: false),
                    Named = table.Column<bool>(type: "boolean", nullable: false),
                    Kind = table.Column<short>(type: "smallint", nullable: false),
                    Since = table.Column<DateOnly>(type: "date", nullable: false),
                    At = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    Body = table.Column<byte[]>(type: "bytea", nullable: false),
                    DueOn = table.Column<DateOnly>(type: "date", nullable: false),
                    AcknowledgedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    OverdueAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_notices", x => new { x.Entity, x.Id });
                });

            migrationBuilder.InsertData(
                schema: "credit",
                table: "notice_mark",
                columns: new[] { "Id", "Known" },
                values: new object[] { 1, 0L });

            migrationBuilder.CreateIndex(
                name: "IX_facts_Ended",
                schema: "credit",
                table: "facts",
                column: "Recorded",
                filter: "\"Kind\" IN (1, 2, 5)");

            migrationBuilder.CreateIndex(
                name: "IX_deliveries_Open",
                schema: "credit",
                table: "deliveries",
                columns: new[] { "Client", "State", "Id" },
                filter: "\"State\" IN (0, 2)");

            migrationBuilder.CreateIndex(
                name: "IX_notices_Client_Id",
                schema: "credit",
                table: "notices",
                columns: new[] { "Client", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_notices_Entity_Record_Client",
                schema: "credit",
                table: "notices",
                columns: new[] { "Entity", "Record", "Client" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_notices_Open",
                schema: "credit",
                table: "notices",
                column: "DueOn",
                filter: "\"AcknowledgedAt\" IS NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "notice_mark",
                schema: "credit");

            migrationBuilder.DropTable(
                name: "notices",
                schema: "credit");

            migrationBuilder.DropIndex(
                name: "IX_facts_Ended",
                schema: "credit",
                table: "facts");

            migrationBuilder.DropIndex(
                name: "IX_deliveries_Open",
                schema: "credit",
                table: "deliveries");

            migrationBuilder.DropColumn(
                name: "NoticeTarget",
                schema: "credit",
                table: "webhook_secrets");

            migrationBuilder.DropColumn(
                name: "Client",
                schema: "credit",
                table: "deliveries");

            migrationBuilder.DropColumn(
                name: "Failures",
                schema: "credit",
                table: "deliveries");

            migrationBuilder.DropColumn(
                name: "TriedSince",
                schema: "credit",
                table: "deliveries");
        }
    }
}
