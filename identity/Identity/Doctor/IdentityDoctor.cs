using Backbone.Audit.Outbox;
using Backbone.Identity.Storage;
using Backbone.Platform.Storage;
using Backbone.Platform.Web;
using Backbone.Platform.Web.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Identity.Doctor;

internal static class IdentityDoctor
{
    /// <summary>What <c>host doctor</c> looks at in this module. Call it after storage and catalogue.</summary>
    public static void AddIdentityDoctor(this ModuleContext context)
    {
        var platform = context.Platform;
        var module = new ExaminedModule("identity", IdentityStorage.Section, platform.PathOf("keys", "master.key"), "no accounts");
        context.Services.AddSingleton<ExaminedDatabase>();
        context.Services.AddSingleton<IDoctorCheck>(services =>
            new DatabaseCheck<IdentityDb, SqliteIdentityDb>(services.GetRequiredService<ExaminedDatabase>(), module));
        context.Services.AddSingleton<IDoctorCheck, SigningKeysCheck>();
        context.Services.AddSingleton<IDoctorCheck>(services =>
        {
            var clock = services.GetRequiredService<TimeProvider>();
            return new OutboxCheck<IdentityDb, SqliteIdentityDb>(
                module.Module, services.GetRequiredService<ExaminedDatabase>(), master => new IdentityOutboxSeal(master, clock), platform, clock);
        });
        context.Services.AddSingleton<IDoctorCheck, CatalogueCheck>();
    }
}
