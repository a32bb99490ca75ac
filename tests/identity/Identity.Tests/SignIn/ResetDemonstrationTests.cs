using Backbone.Identity.Accounts;
using Backbone.Platform.Web.Hosting;
using Backbone.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Identity.Tests.SignIn;

public abstract class ResetDemonstrationTests(SignInHost host) : IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await host.StartAsync();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task New_passwords_work_old_ones_do_not_and_open_sessions_end()
    {
        var sheet = host.Backbone.Demonstration;
        var old = sheet.Accounts;
        var citizen = old.Single(account => account.Name == "li.ming@example.com");
        using var browser = await host.TryAsync(citizen.Name, citizen.Password!);
        Assert.True(await host.OpensAsync(host.TicketOf(browser)));

        await host.Backbone.Services.GetRequiredService<IDemonstrationPasswords>().ResetAsync(TestContext.Current.CancellationToken);

        var renewed = sheet.Accounts.ToDictionary(account => account.Name);
        Assert.Equal(old.Select(account => account.Name).Order(), renewed.Keys.Order());
        Assert.Empty(renewed.Values.Select(account => account.Password).Intersect(old.Select(account => account.Password)));
        Assert.False(await host.OpensAsync(host.TicketOf(browser)));
        using var stale = await host.TryAsync(citizen.Name, citizen.Password!);
        Assert.Null(host.TicketOf(stale));
        using var fresh = await host.TryAsync(citizen.Name, renewed[citizen.Name].Password!);
        Assert.True(await host.OpensAsync(host.TicketOf(fresh)));

        var office = renewed["office"];
        using var staff = await host.TryAsync("office", office.Password!);
        var code = VerifyTotp.At(office.TotpSecret!, host.Clock.GetUtcNow().ToUnixTimeSeconds() / 30);
        await staff.SubmitAsync(new Dictionary<string, string> { ["code"] = code });
        Assert.True(await host.OpensAsync(host.TicketOf(staff)));
        var audit = await host.AuditAsync();
        Assert.Contains("\"action\":\"password-reset\"", audit, StringComparison.Ordinal);
        Assert.All(host.Files.Select(OpenFile.ReadText), text =>
        {
            Assert.DoesNotContain(office.Password!, text, StringComparison.Ordinal);
            Assert.DoesNotContain(office.TotpSecret!, text, StringComparison.Ordinal);
        });
    }
}

public sealed class ResetDemonstrationOnSqliteTests(SqliteSignInHost host) : ResetDemonstrationTests(host), IClassFixture<SqliteSignInHost>;

public sealed class ResetDemonstrationOnPostgresTests(PostgresSignInHost host) : ResetDemonstrationTests(host), IClassFixture<PostgresSignInHost>;
