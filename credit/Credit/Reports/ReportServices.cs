using Backbone.Credit.Enterprise.Reading;
using Backbone.Credit.Packs.Keeping;
using Backbone.Credit.Paper;
using Backbone.Platform.Web;
using Backbone.Platform.Web.Programs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Backbone.Credit.Reports;

internal static class ReportServices
{
    public static void AddCreditReports(this ModuleContext context)
    {
        context.Services.AddScoped<ScoreEntity>();
        context.Services.AddSingleton<MakeReport>();
        context.Services.AddScoped<ReportWords>();
        context.Services.AddSingleton(services => PaperFont.Find(services.GetRequiredService<IOptions<CreditOptions>>().Value, context.Platform));
        context.Services.AddSingleton<PaperKey>();
        context.Services.AddScoped<DrawReport>();
        context.Services.AddSingleton<DrawingPlaces>();

        // Pages of other modules know a purpose by its code alone: who looked at an organisation's record, and what for.
        context.Services.AddSingleton(services => new PurposeNames(
            code => services.GetRequiredService<PacksInForce>().Current.Pack.Purposes.FirstOrDefault(purpose => purpose.Id == code)?.Title.ToString()));
    }
}
