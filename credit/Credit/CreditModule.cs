using System.Collections.Immutable;
using Backbone.Audit.Contracts.Events;
using Backbone.Credit.Cases;
using Backbone.Credit.Catalogue;
using Backbone.Credit.Codes;
using Backbone.Credit.Doctor;
using Backbone.Credit.Enterprise;
using Backbone.Credit.Enterprise.Reading;
using Backbone.Credit.Entities;
using Backbone.Credit.Events;
using Backbone.Credit.Facts;
using Backbone.Credit.Facts.Daily;
using Backbone.Credit.Facts.Uploads;
using Backbone.Credit.Grading;
using Backbone.Credit.Packs.Keeping;
using Backbone.Credit.Paper;
using Backbone.Credit.PriorNotices;
using Backbone.Credit.Profiles;
using Backbone.Credit.Reports;
using Backbone.Credit.Sealed;
using Backbone.Credit.Statistics;
using Backbone.Credit.Storage;
using Backbone.Credit.Supervision;
using Backbone.Credit.Telling;
using Backbone.Platform.Web;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Credit;

/// <summary>The credit record of organisations: never of natural persons, whom <see cref="Platform.Entities.EntityCode"/> cannot hold.</summary>
public sealed class CreditModule : IBackboneModule
{
    public string Name => "credit";

    /// <summary>What credit writes into the audit log; part of the one <see cref="EventCatalogue"/>.</summary>
    public static ImmutableArray<EventKind> EventKinds { get; } = [.. CreditKinds.All, .. CaseKinds.All, .. NoticeKinds.All, .. SealedKinds.All, .. PackKinds.All, .. TellingKinds.All, .. FileKinds.All];

    public void AddServices(ModuleContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.AddCreditOptions();
        context.AddCreditStorage();
        context.AddCreditDoctor();
        context.AddCreditPrograms();
        context.AddFactUploads();
        context.AddDailyFiles();
        context.Services.AddSingleton(_ => LoadCatalogue.File(LoadCatalogue.BuiltInFile));
        context.AddPolicyPacks();
        context.AddGrading();
        context.AddCreditStatistics();
        context.AddCreditReports();
        context.AddEnterpriseSignIn();
        context.AddCreditCases();
        context.AddSealedCopies();
        context.AddEntityPages();
        context.AddTelling();
        context.AddPriorNotices();
        context.AddSupervision();
        context.Services.AddSingleton<CodeLimit>();
        context.Services.AddSingleton<QuestionLimit>();
    }

    public void MapEndpoints(IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        CheckCode.Map(endpoints);
        ReceiveFacts.Map(endpoints);
        ReceiveProfiles.Map(endpoints);
        endpoints.MapFactUploads();
        ShowDaily.Map(endpoints);
        AskReport.Map(endpoints);
        ShowHome.Map(endpoints);
        ShowReport.Map(endpoints);
        endpoints.MapCreditCases();
        endpoints.MapPriorNotices();
        endpoints.MapSupervision();
        WorkSealed.Map(endpoints);
        LookAtEntity.Map(endpoints);
        endpoints.MapPolicyPacks();
        endpoints.MapCreditStatistics();
        IssueReport.Map(endpoints);
        endpoints.MapTelling();
        ShowVerify.Map(endpoints);
    }
}
