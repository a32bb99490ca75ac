using Backbone.Audit.Outbox;
using Backbone.Credit.Storage;
using Backbone.Platform.Storage;
using Backbone.Platform.Web;
using Backbone.Platform.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Credit.Doctor;

internal static class CreditDoctor
{
    /// <summary>What <c>host doctor</c> looks at in this module. Call it after the storage.</summary>
    public static void AddCreditDoctor(this ModuleContext context)
    {
        // The folder comes with the first start of this module, the master key with that of any.
        var platform = context.Platform;
        var module = new ExaminedModule("credit", CreditOptions.Section, platform.PathOf("credit"), "no facts");
        context.Services.AddSingleton<ExaminedDatabase>();
        context.Services.AddSingleton<IDoctorCheck, PaperFontCheck>();
        context.Services.AddSingleton<IDoctorCheck, PackCheck>();
        context.Services.AddSingleton<IDoctorCheck>(services =>
            new DatabaseCheck<CreditDb, SqliteCreditDb>(services.GetRequiredService<ExaminedDatabase>(), module));
        context.Services.AddSingleton<IDoctorCheck>(services =>
        {
            var clock = services.GetRequiredService<TimeProvider>();
            return new OutboxCheck<CreditDb, SqliteCreditDb>(
                module.Module, services.GetRequiredService<ExaminedDatabase>(), master => new CreditOutboxSeal(master, clock), platform, clock);
        });
    }
}

internal sealed class ExaminedDatabase(IServiceScopeFactory scopes, IServiceProvider services, BackboneOptions platform)
    : ExaminedDatabase<CreditDb, SqliteCreditDb>(scopes, services, platform.PathOf("credit", "credit.db"))
{
    protected override SqliteCreditDb Open(DbContextOptions<SqliteCreditDb> options) => new(options);
}
