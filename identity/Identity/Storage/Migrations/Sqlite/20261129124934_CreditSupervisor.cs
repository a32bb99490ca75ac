using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Backbone.Identity.Storage.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class CreditSupervisor : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.InsertData(
                table: "AspNetRoles",
                columns: new[] { "Id", "ConcurrencyStamp", "Name", "NormalizedName" },
                values: new object[] { new Guid("0196a1f0-0000-7000-8000-000000000009"), "0196a1f0-0000-7000-8000-000000000009", "credit-supervisor", "CREDIT-SUPERVISOR" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DeleteData(
                table: "AspNetRoles",
                keyColumn: "Id",
                keyValue: new Guid("0196a1f0-0000-7000-8000-000000000009"));
        }
    }
}
