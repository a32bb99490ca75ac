using Backbone.Identity.Accounts;
using Backbone.Identity.Accounts.Staff;
using Backbone.Identity.Events;
using Backbone.Identity.Storage;
using Backbone.Identity.Tests.SignIn;
using Backbone.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using AccountRoles = Backbone.Identity.Accounts.Roles;

namespace Backbone.Identity.Tests.Roles;

/// <summary>What somebody may no longer do, they do no longer, at the console within the five seconds that hold for the end of a session.</summary>
public abstract class ConsoleFollowsRightsTests(SignInHost host) : IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await host.StartAsync();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("the role is taken away", "role-assign")]
    [InlineData("the role becomes another", "role-assign")]
    [InlineData("the account is disabled", "account-disable")]
    public async Task Who_may_no_longer_is_out_of_the_console_within_five_seconds_and_it_is_one_event(string how, string action)
    {
        var person = await AdministratorAsync();
        using var browser = await AtTheConsoleAsync(person);
        var before = (await host.AuditAsync()).Length;

        await TakeAsync(person, how);
        host.Clock.Advance(TimeSpan.FromSeconds(5));

        foreach (var page in (string[])["/console", "/console/audit", "/console/audit/live/rows?since=0"])
        {
            await browser.GoAsync(page);
            Assert.Equal("/sign-in", browser.Address.AbsolutePath);
        }

        var told = (await host.AuditAsync())[before..];
        Assert.Equal((1, 1, 1), (Count(told, action), Count(told, "session-end"), Count(told, "token-introspect")));
    }

    [Fact]
    public async Task A_role_that_is_added_ends_no_session()
    {
        var person = await AdministratorAsync();
        using var browser = await AtTheConsoleAsync(person);

        await AssignAsync(person, AccountRoles.Staff, AccountRoles.Operator, AccountRoles.AuditAdministrator);
        host.Clock.Advance(TimeSpan.FromSeconds(5));

        await browser.GoAsync("/console/audit");
        Assert.Equal("/console/audit", browser.Address.AbsolutePath);
    }

    [Fact]
    public async Task An_account_out_of_use_signs_in_no_more_and_a_row_changed_by_hand_is_enough()
    {
        var person = await AdministratorAsync();
        using var browser = await AtTheConsoleAsync(person);
        await host.InDatabaseAsync(db => db.Users.Where(account => account.Id == person.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(account => account.LockoutEnd, host.Clock.GetUtcNow())));
        host.Clock.Advance(TimeSpan.FromSeconds(5));

        await browser.GoAsync("/console/audit");
        Assert.Equal("/sign-in", browser.Address.AbsolutePath);
        Assert.False(await host.OpensAsync(host.TicketOf(browser)));
        using var again = await host.TryAsync(person.Name);
        Assert.Equal("/sign-in", again.Address.AbsolutePath);
        Assert.Equal(422, (int)again.Status);
        Assert.Contains("account_disabled", await host.AuditAsync(), StringComparison.Ordinal);
    }

    private Task<SignInPerson> AdministratorAsync() =>
        host.NewPersonAsync(staff: true, totp: true, roles: [AccountRoles.Staff, AccountRoles.AuditAdministrator]);

    private static async Task<ScriptlessBrowser> AtTheConsoleAsync(SignInPerson person)
    {
        var browser = await person.SignInAsync();
        await browser.GoAsync("/console");
        await browser.GoAsync("/console/audit");
        Assert.Equal("/console/audit", browser.Address.AbsolutePath);
        return browser;
    }

    private async Task TakeAsync(SignInPerson person, string how)
    {
        switch (how)
        {
            case "the role is taken away":
                await AssignAsync(person, AccountRoles.Staff);
                break;
            case "the role becomes another":
                await AssignAsync(person, AccountRoles.Staff, AccountRoles.SystemAdministrator);
                break;
            default:
                await using (var scope = host.Backbone.Services.CreateAsyncScope())
                {
                    var disable = scope.ServiceProvider.GetRequiredService<DisableAccount>();
                    Assert.True(await disable.HandleAsync(person.Id, new EventContext(host.Clock), null, default));
                    Assert.False(await disable.HandleAsync(person.Id, new EventContext(host.Clock), null, default));
                }

                break;
        }
    }

    private async Task AssignAsync(SignInPerson person, params string[] roles)
    {
        await using var scope = host.Backbone.Services.CreateAsyncScope();
        var account = await scope.ServiceProvider.GetRequiredService<IdentityDb>().Users.SingleAsync(one => one.Id == person.Id);
        Assert.Equal(
            AssignOutcome.Assigned,
            await scope.ServiceProvider.GetRequiredService<AssignRoles>().HandleAsync(account, roles, new EventContext(host.Clock), null, default));
    }

    private static int Count(string log, string action) => log.Split($"\"action\":\"{action}\"").Length - 1;
}

public sealed class ConsoleFollowsRightsOnSqliteTests(SqliteSignInHost host) : ConsoleFollowsRightsTests(host), IClassFixture<SqliteSignInHost>;

public sealed class ConsoleFollowsRightsOnPostgresTests(PostgresSignInHost host) : ConsoleFollowsRightsTests(host), IClassFixture<PostgresSignInHost>;
