using Backbone.Audit.Contracts.Events;
using Backbone.Audit.Doctor;
using Backbone.Platform.Web;
using Backbone.Platform.Web.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Backbone.Audit.Retention;

/// <summary>Registers what deletes events whose time is over.</summary>
public static class RetentionServices
{
    /// <summary>Call it after the log, its tree and the event index: nothing goes that the index has not read.</summary>
    public static void AddAuditRetention(this ModuleContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Services.AddSingleton(provider => new RetentionPeriods(
            provider.GetRequiredService<IOptions<RetentionOptions>>().Value, provider.GetService<EventCatalogue>()?.All ?? AuditModule.EventKinds));
        context.Services.AddSingleton<DeleteExpired>();
        context.Services.AddSingleton<IDoctorCheck, RetentionCheck>();
        context.Services.AddHealthChecks().AddCheck<RetentionHealth>(RetentionHealth.Name);
        context.Services.AddHostedService(provider => provider.GetRequiredService<DeleteExpired>());
    }
}
