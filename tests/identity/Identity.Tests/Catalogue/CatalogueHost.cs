using Backbone.Audit.Contracts;
using Backbone.Identity.Catalogue;
using Backbone.Identity.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OpenIddict.Abstractions;

namespace Backbone.Identity.Tests.Catalogue;

/// <summary>The catalogue on a real SQLite database and OpenIddict's real stores, without a server.</summary>
internal sealed class CatalogueHost : IAsyncDisposable
{
    private readonly ServiceProvider services;

    private CatalogueHost(ServiceProvider services) => this.services = services;

    public AppCatalogue Catalogue => services.GetRequiredService<AppCatalogue>();

    public WatchCatalogue Watch => services.GetRequiredService<WatchCatalogue>();

    public static async Task<CatalogueHost> CreateAsync(CatalogueFolder folder)
    {
        var collection = new ServiceCollection();
        collection.AddLogging();
        collection.AddSingleton(TimeProvider.System);
        collection.AddSingleton(folder.Options);
        collection.AddSingleton<AppCatalogue>();
        collection.AddSingleton<ApplyCatalogue>();
        collection.AddSingleton<DemoClients>();
        collection.AddSingleton<WatchCatalogue>();
        collection.AddScoped<SyncApplications>();
        collection.AddDbContext<IdentityDb, SqliteIdentityDb>(builder =>
            builder.UseSqlite($"Data Source={Path.Combine(folder.Root, "identity.db")};Pooling=False"));
        collection.AddOpenIddict().AddCore(core => core.UseEntityFrameworkCore().UseDbContext<IdentityDb>().ReplaceDefaultEntities<Guid>());
        var host = new CatalogueHost(collection.BuildServiceProvider());
        await using var scope = host.services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<IdentityDb>().Database.EnsureCreatedAsync();
        return host;
    }

    public async Task<T> WithClientsAsync<T>(Func<IOpenIddictApplicationManager, Task<T>> read)
    {
        await using var scope = services.CreateAsyncScope();
        return await read(scope.ServiceProvider.GetRequiredService<IOpenIddictApplicationManager>());
    }

    public Task<OpenIddictApplicationDescriptor?> ClientAsync(string id) => WithClientsAsync<OpenIddictApplicationDescriptor?>(async clients =>
    {
        if (await clients.FindByClientIdAsync(id) is not { } row)
        {
            return null;
        }

        var descriptor = new OpenIddictApplicationDescriptor();
        await clients.PopulateAsync(descriptor, row);
        return descriptor;
    });

    public async Task<IReadOnlyList<AuditEvent>> EventsAsync()
    {
        await using var scope = services.CreateAsyncScope();
        var rows = await scope.ServiceProvider.GetRequiredService<IdentityDb>().Outbox.AsNoTracking().OrderBy(row => row.Sequence).ToListAsync();
        return [.. rows.Select(row => AuditEventJson.Decode(row.Event))];
    }

    public ValueTask DisposeAsync() => services.DisposeAsync();
}
