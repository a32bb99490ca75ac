using Backbone.Identity.Accounts;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Identity.Storage;

/// <summary>
/// The roles are data of the schema, with fixed ids. The three administrators of MLPS (GB/T 22239-2019: system, security, audit) exclude
/// one another in the database itself: a partial unique index allows an account at most one of them, whoever writes the row.
/// </summary>
internal static class RoleRules
{
    public static void Configure(ModelBuilder builder)
    {
        builder.Entity<IdentityRole<Guid>>().HasData(Roles.All.Select(role => new IdentityRole<Guid>(role.Name)
        {
            Id = role.Id,
            NormalizedName = role.Name.ToUpperInvariant(),
            ConcurrencyStamp = role.Id.ToString("D"),
        }));

        var administrators = string.Join(", ", Roles.Administrators.Select(role => $"'{role.Id.ToString("D").ToUpperInvariant()}'"));
        builder.Entity<IdentityUserRole<Guid>>()
            .HasIndex(assignment => assignment.UserId)
            .IsUnique()
            .HasDatabaseName("IX_UserRoles_OneAdministrator")
            .HasFilter($"\"RoleId\" IN ({administrators})");
    }
}
