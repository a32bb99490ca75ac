using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Backbone.Credit.Storage.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Notices : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "NoticeTarget",
                table: "webhook_secrets",
                type: "TEXT",
                maxLength: 500,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Client",
                table: "deliveries",
                type: "TEXT",
                maxLength: 100,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<int>(
                name: "Failures",
                table: "deliveries",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<long>(
                name: "TriedSince",
                table: "deliveries",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.CreateTable(
                name: "notice_mark",
                columns: table => new
                {
                    Id = table.Column<int>(type: "INTEGER", nullable: false),
                    Known = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_notice_mark", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "notices",
                columns: table => new
                {
                    Entity = table.Column<string>(type: "TEXT", maxLength: 18, nullable: false),
                    Id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    Client = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    Fact = table.Column<byte[]>(type: "BLOB", nullable: false),
                    Record = table.Column<byte[]>(type: "BLOB", nullable: false),
                    Named = table.Column<bool>(type: "INTEGER", nullable: false),
                    Kind = table.Column<short>(type: "INTEGER", nullable: false),
                    Since = table.Column<DateOnly>(type: "TEXT", nullable: false),
                    At = table.Column<long>(type: "INTEGER", nullable: false),
                    Body = table.Column<byte[]>(type: "BLOB", nullable: false),
                    DueOn = table.Column<DateOnly>(type: "TEXT", nullable: false),
                    AcknowledgedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    OverdueAt = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_notices", x => new { x.Entity, x.Id });
                });

            migrationBuilder.InsertData(
                table: "notice_mark",
                columns: new[] { "Id", "Known" },
                values: new object[] { 1, 0L });

            migrationBuilder.CreateIndex(
                name: "IX_facts_Ended",
                table: "facts",
                column: "Recorded",
                filter: "\"Kind\" IN (1, 2, 5)");

            migrationBuilder.CreateIndex(
                name: "IX_deliveries_Open",
                table: "deliveries",
                columns: new[] { "Client", "State", "Id" },
                filter: "\"State\" IN (0, 2)");

            migrationBuilder.CreateIndex(
                name: "IX_notices_Client_Id",
                table: "notices",
                columns: new[] { "Client", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_notices_Entity_Record_Client",
                table: "notices",
                columns: new[] { "Entity", "Record", "Client" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_notices_Open",
                table: "notices",
                column: "DueOn",
                filter: "\"AcknowledgedAt\" IS NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "notice_mark");

            migrationBuilder.DropTable(
                name: "notices");

            migrationBuilder.DropIndex(
                name: "IX_facts_Ended",
                table: "facts");

            migrationBuilder.DropIndex(
                name: "IX_deliveries_Open",
                table: "deliveries");

            migrationBuilder.DropColumn(
                name: "NoticeTarget",
                table: "webhook_secrets");

            migrationBuilder.DropColumn(
                name: "Client",
                table: "deliveries");

            migrationBuilder.DropColumn(
                name: "Failures",
                table: "deliveries");

            migrationBuilder.DropColumn(
                name: "TriedSince",
                table: "deliveries");
        }
    }
}
