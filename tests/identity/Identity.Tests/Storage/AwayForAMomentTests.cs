using Backbone.Identity.Protocol;
using Backbone.Identity.Sessions;
using Backbone.Identity.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using OpenIddict.Abstractions;

namespace Backbone.Identity.Tests.Storage;

/// <summary>What a host does by the clock, while its database is away.</summary>
public sealed class AwayForAMomentTests : IDisposable
{
    private readonly FakeTimeProvider clock = new();
    private readonly SemaphoreSlim asked = new(0);
    private readonly ServiceProvider services;

    public AwayForAMomentTests() => services = new ServiceCollection()
        .AddScoped<IdentityDb>(_ => throw Away())
        .AddScoped<IOpenIddictTokenManager>(_ => throw Away())
        .BuildServiceProvider();

    public void Dispose()
    {
        services.Dispose();
        asked.Dispose();
    }

    [Theory]
    [InlineData("the end of sessions")]
    [InlineData("the deletion of tokens")]
    public async Task A_database_that_is_away_ends_no_work_by_the_clock_and_with_it_the_host(string what)
    {
        var scopes = services.GetRequiredService<IServiceScopeFactory>();
        using BackgroundService work = what == "the end of sessions"
            ? new EndExpiredSessions(scopes, Options.Create(new SessionOptions()), clock, NullLogger<IdentityModule>.Instance)
            : new PruneTokens(scopes, clock, NullLogger<IdentityModule>.Instance);
        await work.StartAsync(TestContext.Current.CancellationToken);

        await AskedAsync();
        await AskedAsync();

        Assert.False(work.ExecuteTask!.IsCompleted);
        await work.StopAsync(TestContext.Current.CancellationToken);
    }

    private async Task AskedAsync()
    {
        for (var turns = 0; !await asked.WaitAsync(TimeSpan.FromMilliseconds(20), TestContext.Current.CancellationToken); turns++)
        {
            Assert.True(turns < 500, "the database is asked no more");
            clock.Advance(TimeSpan.FromHours(1));
        }
    }

    /// <summary>As Npgsql's strategy does: what passes by itself comes as an InvalidOperationException.</summary>
    private InvalidOperationException Away()
    {
        asked.Release();
        return new("An exception has been raised that is likely due to a transient failure.", new TimeoutException());
    }
}
