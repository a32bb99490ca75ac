using Backbone.Identity.Clients;
using Backbone.Identity.Storage;
using Backbone.Identity.Tests.SignIn;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using OpenIddict.Abstractions;

namespace Backbone.Identity.Tests.Clients;

/// <summary>A changed client is a changed client: on this host after the commit, on every other within the stated bound.</summary>
public abstract class ClientCacheTests(SignInHost host) : IAsyncLifetime
{
    private ClientCache Own => host.Backbone.Services.GetRequiredService<ClientCache>();

    public async ValueTask InitializeAsync() => await host.StartAsync();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Another_host_sees_the_change_at_its_next_look_and_asks_for_nothing_while_there_is_none()
    {
        var id = await CreateAsync();
        var (cache, watch) = AnotherHost();
        await watch.LookAsync(default);
        await CacheAsync(cache, id);
        await watch.LookAsync(default);
        Assert.NotNull(cache.Find(id));

        await RenameAsync(id, "renamed");
        Assert.NotNull(cache.Find(id));
        await watch.LookAsync(default);

        Assert.Null(cache.Find(id));
    }

    [Fact]
    public async Task What_was_not_confirmed_for_five_seconds_counts_no_more()
    {
        var id = await CreateAsync();
        var (cache, watch) = AnotherHost();
        await watch.LookAsync(default);
        await CacheAsync(cache, id);

        host.Clock.Advance(ClientCache.Trust - TimeSpan.FromMilliseconds(1));
        Assert.NotNull(cache.Find(id));
        host.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Null(cache.Find(id));

        await watch.LookAsync(default);
        Assert.NotNull(cache.Find(id));
    }

    [Fact]
    public async Task A_client_read_while_its_change_is_not_committed_is_forgotten_at_the_commit()
    {
        var id = await CreateAsync();
        await using var scope = host.Backbone.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<IdentityDb>();
        await using (var transaction = await db.Database.BeginTransactionAsync())
        {
            await RenameAsync(id, "changed", scope.ServiceProvider);
            Assert.NotEqual("changed", await NameAsync(id));
            await transaction.CommitAsync();
        }

        Assert.Equal("changed", await NameAsync(id));
    }

    [Fact]
    public async Task A_change_that_is_taken_back_changes_nothing()
    {
        var id = await CreateAsync();
        var before = await NameAsync(id);
        await using var scope = host.Backbone.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<IdentityDb>();
        await using (var transaction = await db.Database.BeginTransactionAsync())
        {
            await RenameAsync(id, "changed", scope.ServiceProvider);
            await transaction.RollbackAsync();
        }

        Assert.Equal(before, await NameAsync(id));
    }

    [Fact]
    public async Task A_client_that_is_deleted_is_gone_from_every_cache()
    {
        var id = await CreateAsync();
        var (cache, watch) = AnotherHost();
        await watch.LookAsync(default);
        await CacheAsync(cache, id);
        await NameAsync(id);
        await using (var scope = host.Backbone.Services.CreateAsyncScope())
        {
            var clients = scope.ServiceProvider.GetRequiredService<IOpenIddictApplicationManager>();
            await clients.DeleteAsync((await RowAsync(clients, id))!);
        }

        Assert.Null(Own.Find(id));
        await watch.LookAsync(default);
        Assert.Null(cache.Find(id));
    }

    [Fact]
    public void What_was_read_before_a_change_is_not_put_after_it()
    {
        var cache = new ClientCache(host.Clock);
        var version = cache.Version;
        cache.Clear();

        cache.Put("x", new KnownClient(new() { ClientId = "x" }, ClientProfile.Of(new() { ClientId = "x" })), version);

        Assert.Null(cache.Find("x"));
    }

    private (ClientCache Cache, WatchClients Watch) AnotherHost()
    {
        var cache = new ClientCache(host.Clock);
        return (cache, new WatchClients(
            host.Backbone.Services.GetRequiredService<IServiceScopeFactory>(), cache, host.Clock, NullLogger<IdentityModule>.Instance));
    }

    private async Task<string> CreateAsync()
    {
        var id = $"client-{Guid.CreateVersion7():N}";
        await using var scope = host.Backbone.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<IOpenIddictApplicationManager>().CreateAsync(new OpenIddictApplicationDescriptor
        {
            ClientId = id,
            DisplayName = id,
            ClientType = OpenIddictConstants.ClientTypes.Public,
        });
        return id;
    }

    private async Task RenameAsync(string id, string name, IServiceProvider? within = null)
    {
        await using var scope = host.Backbone.Services.CreateAsyncScope();
        var clients = (within ?? scope.ServiceProvider).GetRequiredService<IOpenIddictApplicationManager>();
        var row = (await RowAsync(clients, id))!;
        var descriptor = new OpenIddictApplicationDescriptor();
        await clients.PopulateAsync(descriptor, row);
        descriptor.DisplayName = name;
        await clients.UpdateAsync(row, descriptor);
    }

    /// <summary>A row of one's own, not the shared one.</summary>
    private static async Task<object?> RowAsync(IOpenIddictApplicationManager clients, string id)
    {
        await foreach (var row in clients.ListAsync())
        {
            if (await clients.GetClientIdAsync(row) == id)
            {
                return row;
            }
        }

        return null;
    }

    /// <summary>As a request finds it: from the cache, else read and put there.</summary>
    private async Task<string?> NameAsync(string id)
    {
        await using var scope = host.Backbone.Services.CreateAsyncScope();
        return (await scope.ServiceProvider.GetRequiredService<CachedClientManager>().FindKnownAsync(id))?.Application.DisplayName;
    }

    private async Task CacheAsync(ClientCache cache, string id)
    {
        await using var scope = host.Backbone.Services.CreateAsyncScope();
        var known = (await scope.ServiceProvider.GetRequiredService<CachedClientManager>().FindKnownAsync(id))!;
        cache.Put(id, known, cache.Version);
        Assert.NotNull(cache.Find(id));
    }
}

public sealed class ClientCacheOnSqliteTests(SqliteSignInHost host) : ClientCacheTests(host), IClassFixture<SqliteSignInHost>;

public sealed class ClientCacheOnPostgresTests(PostgresSignInHost host) : ClientCacheTests(host), IClassFixture<PostgresSignInHost>;
