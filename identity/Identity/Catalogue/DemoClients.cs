using Backbone.Platform.Web.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Identity.Catalogue;

/// <summary>Tells the host which demonstration clients there are and their secrets, for its ready file. Only while <c>Backbone:Demo</c> is on.</summary>
internal sealed class DemoClients(AppCatalogue catalogue, CatalogueOptions options, IServiceProvider services)
{
    private static readonly string[] Ids = ["web", "spa", "native", "machine"];

    public void Tell()
    {
        if (!options.Demo || services.GetService<DemonstrationSheet>() is not { } sheet)
        {
            return;
        }

        foreach (var app in Ids.Select(catalogue.Current.Find).OfType<CatalogueApp>())
        {
            var secret = app.Secret is null ? null : ClientSecrets.Read(app.Secret, options.DataDirectory).Secret;
            sheet.Add(new DemonstrationClient(
                app.Id, secret, app.Kind.ToString().ToLowerInvariant(), app.Grants, app.Scopes, app.Redirects));
        }
    }
}
