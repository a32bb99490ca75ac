using Backbone.Identity.Accounts;
using Backbone.Identity.Accounts.Staff;
using Backbone.Identity.Events;
using Backbone.Identity.Storage;
using Backbone.Identity.Tests.SignIn;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using AccountRoles = Backbone.Identity.Accounts.Roles;

namespace Backbone.Identity.Tests.Roles;

public abstract class AdministratorTests(SignInHost host) : IAsyncLifetime
{
    public static TheoryData<string, string> Pairs => new()
    {
        { AccountRoles.SystemAdministrator, AccountRoles.SecurityAdministrator },
        { AccountRoles.SystemAdministrator, AccountRoles.AuditAdministrator },
        { AccountRoles.SecurityAdministrator, AccountRoles.AuditAdministrator },
    };

    public async ValueTask InitializeAsync() => await host.StartAsync();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Theory(DisplayName = "GB/T 22239-2019 8.1.5: two administrators in one account are refused, with an event, and nothing changes")]
    [MemberData(nameof(Pairs))]
    public async Task Refused_in_code(string one, string other)
    {
        var person = await host.NewPersonAsync(staff: true, roles: [AccountRoles.Staff, one]);

        Assert.Equal(AssignOutcome.AdministratorsExclude, await AssignAsync(person.Id, AccountRoles.Staff, one, other));

        Assert.Equal(2, await host.InDatabaseAsync(db => db.UserRoles.CountAsync(role => role.UserId == person.Id)));
        Assert.Contains("administrators_exclude_each_other", await host.AuditAsync(), StringComparison.Ordinal);
    }

    [Theory(DisplayName = "GB/T 22239-2019 8.1.5: the database itself refuses two administrators, whoever writes")]
    [MemberData(nameof(Pairs))]
    public async Task Refused_in_the_database(string one, string other)
    {
        var person = await host.NewPersonAsync(staff: true, roles: [one]);
        var second = AccountRoles.All.Single(role => role.Name == other).Id;

        await Assert.ThrowsAsync<DbUpdateException>(() => host.InDatabaseAsync(db =>
        {
            db.UserRoles.Add(new IdentityUserRole<Guid> { UserId = person.Id, RoleId = second });
            return db.SaveChangesAsync();
        }));
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => host.InDatabaseAsync(db => db.Database.ExecuteSqlAsync(
            $"INSERT INTO \"AspNetUserRoles\" (\"UserId\", \"RoleId\") VALUES ({person.Id}, {second})")));
    }

    [Fact]
    public async Task One_administrator_may_be_staff_and_operator_and_may_become_another()
    {
        var person = await host.NewPersonAsync(staff: true);

        Assert.Equal(
            AssignOutcome.Assigned, await AssignAsync(person.Id, AccountRoles.Staff, AccountRoles.Operator, AccountRoles.SystemAdministrator));
        Assert.Equal(AssignOutcome.Assigned, await AssignAsync(person.Id, AccountRoles.Staff, AccountRoles.AuditAdministrator));
        Assert.Equal(2, await host.InDatabaseAsync(db => db.UserRoles.CountAsync(role => role.UserId == person.Id)));
    }

    [Fact]
    public async Task Citizens_get_no_role_and_unknown_roles_do_not_exist()
    {
        var citizen = await host.NewPersonAsync();
        var staff = await host.NewPersonAsync(staff: true);

        Assert.Equal(AssignOutcome.CitizenAccount, await AssignAsync(citizen.Id, AccountRoles.Staff));
        Assert.Equal(AssignOutcome.UnknownRole, await AssignAsync(staff.Id, "emperor"));
    }

    private async Task<AssignOutcome> AssignAsync(Guid id, params string[] roles)
    {
        await using var scope = host.Backbone.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<IdentityDb>();
        return await scope.ServiceProvider.GetRequiredService<AssignRoles>()
            .HandleAsync(await db.Users.SingleAsync(account => account.Id == id), roles, new EventContext(host.Clock), null, default);
    }
}

public sealed class AdministratorOnSqliteTests(SqliteSignInHost host) : AdministratorTests(host), IClassFixture<SqliteSignInHost>;

public sealed class AdministratorOnPostgresTests(PostgresSignInHost host) : AdministratorTests(host), IClassFixture<PostgresSignInHost>;
