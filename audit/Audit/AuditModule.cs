using System.Collections.Immutable;
using Backbone.Audit.Console;
using Backbone.Audit.Console.Live;
using Backbone.Audit.Console.Status;
using Backbone.Audit.Contracts.Events;
using Backbone.Audit.Disclosure;
using Backbone.Audit.Doctor;
using Backbone.Audit.Events;
using Backbone.Audit.Forwarding;
using Backbone.Audit.Integrating;
using Backbone.Audit.Privacy;
using Backbone.Audit.Publishing;
using Backbone.Audit.Receiving;
using Backbone.Audit.Receiving.Otlp;
using Backbone.Audit.Receiving.Spools;
using Backbone.Audit.State;
using Backbone.Audit.Witnessing;
using Backbone.Platform.Web;
using Backbone.Platform.Web.Console;
using Backbone.Platform.Web.Hosting;
using Backbone.Platform.Web.Pages;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Localization;

namespace Backbone.Audit;

/// <summary>The audit log's pages. The log itself is there for every module, whether or not its pages run in this process.</summary>
public sealed class AuditModule : IBackboneModule
{
    public string Name => "audit";

    /// <summary>What the log writes about itself; part of the one <see cref="EventCatalogue"/>.</summary>
    public static ImmutableArray<EventKind> EventKinds => AuditKinds.All;

    public void AddServices(ModuleContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (AuditForwarding.IsUsed(context.Configuration))
        {
            // The log, its pages and the ways in are those of the host that keeps it.
            return;
        }

        context.Services.AddSingleton(new ConsoleLink("/console/audit", ConsolePolicies.Audit, "审计记录", "Audit events"));
        context.Services.AddSingleton(new ConsoleLink(HoldEntries.Path, ConsolePolicies.Audit, "暂不告知的查看记录", "Entries held back"));
        context.Services.AddSingleton(new ConsoleLink(EraseSubject.Path, ConsolePolicies.Audit, "销毁主体的密封内容", "Erase what was sealed"));
        context.AddAuditPrograms();
        context.AddDisclosure();
        context.Services.AddScoped<Outbox>();
        context.Services.AddSingleton<AuditOutboxSeal>();
        context.Services.AddSingleton<IDoctorCheck, OutboxCheck>();
        context.Services.AddSingleton<OutboxCarrier>();
        context.Services.AddHostedService(provider => provider.GetRequiredService<OutboxCarrier>());
        context.Services.AddHealthChecks().AddCheck<OutboxHealth>(OutboxHealth.Name, HealthStatus.Degraded);
        context.Services.AddSingleton<ReadingPurposes>();
        context.Services.AddSingleton<PipelineHistory>();
        context.Services.AddHostedService(provider => provider.GetRequiredService<PipelineHistory>());
        context.Services.AddPageNav(new PageNavItem(
            ListEvents.Path,
            services => services.GetRequiredService<IStringLocalizer<AuditTexts>>()["Nav"],
            Order: 80,
            Roles: ["audit-administrator"]));
    }

    public void MapEndpoints(IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        if (endpoints.ServiceProvider.GetService<SpoolTrail>() is not null)
        {
            return;
        }

        ListEvents.Map(endpoints);
        FollowEvents.Map(endpoints);
        ViewEvent.Map(endpoints);
        StatePurpose.Map(endpoints);
        ExportEvents.Map(endpoints);
        SavedSearches.Map(endpoints);
        ShowStatus.Map(endpoints);
        ServeTlog.Map(endpoints);
        IssueReceipt.Map(endpoints);
        CosignCheckpoints.Map(endpoints);
        ReceiveEvents.Map(endpoints);
        ServeUsage.Map(endpoints);
        ShowUsage.Map(endpoints);
        HoldEntries.Map(endpoints);
        EraseSubject.Map(endpoints);
        ReceiveSpool.Map(endpoints);
        ReceiveOtlpLogs.Map(endpoints);
    }
}
