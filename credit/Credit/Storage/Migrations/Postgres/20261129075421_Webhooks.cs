using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Backbone.Credit.Storage.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Webhooks : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "deliveries",
                schema: "credit",
                columns: table => new
                {
                    Entity = table.Column<string>(type: "character varying(18)", maxLength: 18, nullable: false),
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    Subscription = table.Column<Guid>(type: "uuid", nullable: false),
                    Receiver = table.Column<string>(type: "character varying(300)", maxLength: 300, nullable: false),
                    Type = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    Body = table.Column<byte[]>(type: "bytea", nullable: false),
                    At = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    State = table.Column<short>(type: "smallint", nullable: false),
                    Attempts = table.Column<int>(type: "integer", nullable: false),
                    NextAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    Failure = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    DoneAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_deliveries", x => new { x.Entity, x.Id });
                });

            migrationBuilder.CreateTable(
                name: "subscriptions",
                schema: "credit",
                columns: table => new
                {
                    Entity = table.Column<string>(type: "character varying(18)", maxLength: 18, nullable: false),
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    Client = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    Purpose = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    Basis = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    Target = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: false),
                    Grades = table.Column<bool>(type: "boolean", nullable: false),
                    Facts = table.Column<bool>(type: "boolean", nullable: false),
                    At = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    Until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    EndedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    Ending = table.Column<short>(type: "smallint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_subscriptions", x => new { x.Entity, x.Id });
                });

            migrationBuilder.CreateTable(
                name: "webhook_secrets",
                schema: "credit",
                columns: table => new
                {
                    Client = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    Sealed = table.Column<byte[]>(type: "bytea", nullable: false),
                    Former = table.Column<byte[]>(type: "bytea", nullable: true),
                    FormerUntil = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    Version = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_webhook_secrets", x => x.Client);
                });

            migrationBuilder.CreateIndex(
                name: "IX_deliveries_Due",
                schema: "credit",
                table: "deliveries",
                column: "NextAt",
                filter: "\"State\" = 0");

            migrationBuilder.CreateIndex(
                name: "IX_deliveries_Entity_Subscription",
                schema: "credit",
                table: "deliveries",
                columns: new[] { "Entity", "Subscription" });

            migrationBuilder.CreateIndex(
                name: "IX_subscriptions_Client_Id",
                schema: "credit",
                table: "subscriptions",
                columns: new[] { "Client", "Id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "deliveries",
                schema: "credit");

            migrationBuilder.DropTable(
                name: "subscriptions",
                schema: "credit");

            migrationBuilder.DropTable(
                name: "webhook_secrets",
                schema: "credit");
        }
    }
}
