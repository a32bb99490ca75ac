using Backbone.Platform.Web;
using Backbone.Platform.Web.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Identity.Doctor;

internal static class IdentityDoctor
{
    /// <summary>What <c>host doctor</c> looks at in this module. Call it after storage and catalogue.</summary>
    public static void AddIdentityDoctor(this ModuleContext context)
    {
        context.Services.AddSingleton<ExaminedDatabase>();
        context.Services.AddSingleton<IDoctorCheck, DatabaseCheck>();
        context.Services.AddSingleton<IDoctorCheck, SigningKeysCheck>();
        context.Services.AddSingleton<IDoctorCheck, OutboxCheck>();
        context.Services.AddSingleton<IDoctorCheck, CatalogueCheck>();
    }
}
