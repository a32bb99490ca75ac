using System.Globalization;
using Backbone.Platform.Web;
using Backbone.Platform.Web.Hosting;
using Backbone.Platform.Web.Programs;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Backbone.Identity.Catalogue;

internal static class CatalogueSetup
{
    /// <summary>Registers the catalogue. Call it after the storage: the first thing it does at start is to write clients.</summary>
    public static void AddIdentityCatalogue(this ModuleContext context)
    {
        var folder = context.Configuration["Backbone:Catalogue"];
        var poll = context.Configuration["Backbone:CataloguePoll"];
        var services = context.Services;
        services.AddSingleton(provider =>
        {
            var options = new CatalogueOptions
            {
                OperatorFolder = string.IsNullOrWhiteSpace(folder) ? null : Path.GetFullPath(folder),
                Poll = poll is null ? TimeSpan.FromSeconds(5) : PollOf(poll),
                Demo = context.Platform.Demo,
                DataDirectory = context.Platform.DataDirectory,
            };
            options.Addresses["publicUrl"] = context.Platform.PublicUrl;
            if (context.Platform.Demo && provider.GetService<SampleAddresses>() is { } samples)
            {
                options.Addresses["citizenApp"] = samples.CitizenApp;
                options.Addresses["officeApp"] = samples.OfficeApp;
            }

            return options;
        });
        services.AddSingleton<AppCatalogue>();
        services.AddSingleton(provider =>
        {
            var catalogue = provider.GetRequiredService<AppCatalogue>();
            return new AppNames(id => catalogue.Current.Find(id) is { } app ? new AppName(app.Name.ToString(), app.Owner.ToString()) : null);
        });
        services.AddSingleton(provider =>
        {
            var catalogue = provider.GetRequiredService<AppCatalogue>();
            return new ProgramScopes((client, scope) => catalogue.Current.Find(client) is { CanSignIn: true, Kind: ClientKind.Machine } app && app.Scopes.Contains(scope));
        });
        services.AddSingleton<ApplyCatalogue>();
        services.AddSingleton<DemoClients>();
        services.AddScoped<SyncApplications>();
        services.AddHostedService<WatchCatalogue>();
    }

    private static TimeSpan PollOf(string text) =>
        TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var poll) && poll >= TimeSpan.FromSeconds(1) && poll <= TimeSpan.FromHours(1)
            ? poll
            : throw new OptionsValidationException(
                "Backbone:CataloguePoll", typeof(CatalogueOptions), [$"Backbone:CataloguePoll: a time 00:00:01 – 01:00:00; found '{text}'"]);
}
