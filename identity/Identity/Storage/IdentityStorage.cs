using Backbone.Identity.Clients;
using Backbone.Platform.Storage;
using Backbone.Platform.Web;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Identity.Storage;

internal static class IdentityStorage
{
    /// <summary>The settings of identity, its database's among them.</summary>
    public const string Section = "Backbone:Identity";

    /// <summary>Registers <see cref="IdentityDb"/> with its migrations, and the outbox relay. Call it first.</summary>
    public static void AddIdentityStorage(this ModuleContext context)
    {
        context.Services.AddSingleton<OutboxSignal>();
        context.Services.AddSingleton<ClientCache>();
        context.AddModuleDatabase<IdentityDb, SqliteIdentityDb, PostgresIdentityDb>(
            new ModuleDatabaseNames(Section, ["identity.db"]),
            services =>
            [
                new OutboxWake(services.GetRequiredService<OutboxSignal>()), new ClientChanges(services.GetRequiredService<ClientCache>()),
            ]);
        context.Services.AddHostedService<RequireOneMasterKey>();
        context.Services.AddHostedService<OutboxRelay>();
    }
}
