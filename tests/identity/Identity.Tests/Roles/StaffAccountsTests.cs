using System.Text.RegularExpressions;
using Backbone.Identity.Accounts.Staff;
using Backbone.Identity.Tests.SignIn;
using Backbone.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Identity.Tests.Roles;

/// <summary>The operator's <c>host staff</c> beside a running host.</summary>
public abstract partial class StaffAccountsTests(SignInHost host) : IAsyncLifetime
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private StaffAccounts Staff => host.Backbone.Services.GetRequiredService<StaffAccounts>();

    public async ValueTask InitializeAsync() => await host.StartAsync();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_new_account_signs_in_by_the_password_shown_once_and_sets_up_its_second_factor_first()
    {
        var password = await AddAsync("first-admin", "audit-administrator");

        using var browser = await host.TryAsync("first-admin", password);
        Assert.Equal("/sign-in/set-up", browser.Address.AbsolutePath);
        Assert.Null(host.TicketOf(browser));
        Assert.Contains("first-admin\t周审计\tno second factor yet\tin use\taudit-administrator, staff", await ListAsync(), StringComparison.Ordinal);
        var audit = await host.AuditAsync();
        Assert.Contains("\"action\":\"account-create\"", audit, StringComparison.Ordinal);
        Assert.Contains("audit-administrator staff", audit, StringComparison.Ordinal);
        Assert.All(host.Files.Select(OpenFile.ReadText), text => Assert.DoesNotContain(password, text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("13800000001", "甲", "staff", "NAME must be 2 to 64 of a-z, 0-9, dot and hyphen, beginning with a letter, but is '13800000001'")]
    [InlineData("a@b.cn", "甲", "staff", "but is 'a@b.cn'")]
    [InlineData("refused-1", "", "staff", "--display-name must be 1 to 50 characters")]
    [InlineData("refused-2", "甲\n乙", "staff", "--display-name must be 1 to 50 characters")]
    [InlineData("refused-3", "甲", "emperor", "--role must be one of system-administrator, security-administrator, audit-administrator, operator, staff, credit-officer, credit-policy, credit-clerk, credit-supervisor, but is 'emperor'")]
    [InlineData("refused-4", "甲", "audit-administrator,system-administrator", "they watch one another")]
    [InlineData("office", "甲", "staff", "There is an account 'office' already")]
    public async Task What_is_wrong_is_named_with_its_bound_and_makes_no_account(string name, string displayName, string roles, string why)
    {
        var before = await host.InDatabaseAsync(db => db.Users.CountAsync(Cancellation));
        using var said = new StringWriter();

        Assert.Equal(1, await Staff.AddAsync(name, displayName, roles.Split(','), said, Cancellation));

        Assert.Contains(why, said.ToString(), StringComparison.Ordinal);
        Assert.Equal(before, await host.InDatabaseAsync(db => db.Users.CountAsync(Cancellation)));
    }

    [Fact]
    public async Task Who_lost_password_and_second_factor_gets_new_ones_and_the_old_open_nothing()
    {
        var person = await host.NewPersonAsync(staff: true, totp: true, roles: ["staff"]);
        using var browser = await person.SignInAsync();
        var name = await NameOfAsync(person);

        var password = await PasswordAsync(said => Staff.ResetAsync(name, said, Cancellation));

        Assert.False(await host.OpensAsync(host.TicketOf(browser)));
        using var old = await host.TryAsync(person.Name);
        Assert.Equal("/sign-in", old.Address.AbsolutePath);
        using var anew = await host.TryAsync(person.Name, password);
        Assert.Equal("/sign-in/set-up", anew.Address.AbsolutePath);
        Assert.Null(host.TicketOf(anew));
    }

    [Fact]
    public async Task An_account_goes_out_of_use_and_comes_back_and_its_sessions_do_not()
    {
        var person = await host.NewPersonAsync(staff: true, totp: true, roles: ["staff", "operator"]);
        using var browser = await person.SignInAsync();
        var name = await NameOfAsync(person);
        using var said = new StringWriter();

        Assert.Equal(0, await Staff.DisableAsync(name, said, Cancellation));
        Assert.Contains("out of use", await ListAsync(), StringComparison.Ordinal);
        using var refused = await host.TryAsync(person.Name);
        Assert.Equal("/sign-in", refused.Address.AbsolutePath);

        Assert.Equal(0, await Staff.EnableAsync(name, said, Cancellation));
        Assert.False(await host.OpensAsync(host.TicketOf(browser)));
        host.Clock.Advance(TimeSpan.FromSeconds(30));
        using var again = await person.SignInAsync();
        Assert.True(await host.OpensAsync(host.TicketOf(again)));
        var audit = await host.AuditAsync();
        Assert.Equal(2, audit.Split("\"action\":\"account-disable\"").Length);
        Assert.Equal(2, audit.Split("\"action\":\"account-enable\"").Length);
    }

    [Fact]
    public async Task Roles_are_set_to_exactly_those_named_and_refused_ones_change_nothing()
    {
        await AddAsync("roles-1", "operator");
        using var said = new StringWriter();

        Assert.Equal(0, await Staff.SetRolesAsync("roles-1", ["security-administrator"], said, Cancellation));
        Assert.Equal(1, await Staff.SetRolesAsync("roles-1", ["security-administrator", "system-administrator"], said, Cancellation));
        Assert.Equal(1, await Staff.SetRolesAsync("li.ming@example.com", ["operator"], said, Cancellation));
        Assert.Equal(1, await Staff.SetRolesAsync("nobody-1", ["operator"], said, Cancellation));

        Assert.Contains("There is no staff account 'li.ming@example.com'. host staff list names them.", said.ToString(), StringComparison.Ordinal);
        Assert.Contains("roles-1\t周审计\tno second factor yet\tin use\tsecurity-administrator, staff", await ListAsync(), StringComparison.Ordinal);
        Assert.Contains("administrators_exclude_each_other", await host.AuditAsync(), StringComparison.Ordinal);
    }

    private Task<string> AddAsync(string name, string role) => PasswordAsync(said => Staff.AddAsync(name, "周审计", [role], said, Cancellation));

    private static async Task<string> PasswordAsync(Func<TextWriter, Task<int>> work)
    {
        using var said = new StringWriter();
        Assert.Equal(0, await work(said));
        return Shown().Match(said.ToString()).Groups[1].Value;
    }

    private async Task<string> ListAsync()
    {
        using var said = new StringWriter();
        Assert.Equal(0, await Staff.ListAsync(said, Cancellation));
        return said.ToString();
    }

    private Task<string> NameOfAsync(SignInPerson person) =>
        host.InDatabaseAsync(db => db.Users.Where(account => account.Id == person.Id).Select(account => account.UserName!).SingleAsync(Cancellation));

    [GeneratedRegex("the password (\\S{16}) ")]
    private static partial Regex Shown();
}

public sealed class StaffAccountsOnSqliteTests(SqliteSignInHost host) : StaffAccountsTests(host), IClassFixture<SqliteSignInHost>;

public sealed class StaffAccountsOnPostgresTests(PostgresSignInHost host) : StaffAccountsTests(host), IClassFixture<PostgresSignInHost>;
