using Backbone.Identity.Clients;
using Backbone.Platform.Storage;
using Backbone.Platform.Web;
using Backbone.Platform.Web.Keys;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Backbone.Identity.Storage;

internal static class IdentityStorage
{
    /// <summary>The settings of identity, its database's among them.</summary>
    public const string Section = "Backbone:Identity";

    private const long OutboxRelayLock = 0x6262_6f75_7462_6f78;

    /// <summary>Registers <see cref="IdentityDb"/> with its migrations, and the outbox relay. Call it first.</summary>
    public static void AddIdentityStorage(this ModuleContext context)
    {
        context.Services.AddSingleton<ClientCache>();
        context.Services.TryAddSingleton(_ => MasterKey.Of(context.Platform));
        context.Services.AddSingleton<IdentityOutboxSeal>();
        context.AddModuleDatabase<IdentityDb, SqliteIdentityDb, PostgresIdentityDb>(
            new ModuleDatabaseNames(Section, ["identity.db"]),
            services =>
            [
                .. services.OutboxInterceptors<IdentityDb>(), new ClientChanges(services.GetRequiredService<ClientCache>()),
            ]);
        context.Services.AddHostedService<RequireOneMasterKey>();
        context.Services.AddOutbox<IdentityDb>("identity", OutboxRelayLock, services => services.GetRequiredService<IdentityOutboxSeal>());
    }
}
