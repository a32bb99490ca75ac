using Backbone.Identity.Clients;
using Backbone.Platform.Storage;
using Backbone.Platform.Web;
using Backbone.Platform.Web.Keys;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;

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
        context.Services.TryAddSingleton(_ => MasterKey.Of(context.Platform));
        context.Services.AddSingleton<IdentityOutboxSeal>();
        context.AddModuleDatabase<IdentityDb, SqliteIdentityDb, PostgresIdentityDb>(
            new ModuleDatabaseNames(Section, ["identity.db"]),
            services =>
            [
                new SealOutbox(services.GetRequiredService<IdentityOutboxSeal>), new OutboxWake(services.GetRequiredService<OutboxSignal>()),
                new ClientChanges(services.GetRequiredService<ClientCache>()),
            ]);
        context.Services.AddHostedService<RequireOneMasterKey>();
        context.Services.AddHostedService<OutboxRelay>();
        context.Services.AddHealthChecks().AddCheck<OutboxHealth>(OutboxHealth.Name, HealthStatus.Degraded);
    }
}
