using System.Text.Encodings.Web;
using System.Text.Unicode;
using Microsoft.AspNetCore.DataProtection;

namespace Backbone.CitizenApp;

/// <summary>The app as the host starts it in the demonstration; Program.cs runs the same thing alone.</summary>
public static class CitizenApp
{
    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ApplicationName = typeof(CitizenApp).Assembly.GetName().Name });
        builder.Configuration.Sources.Clear(); // inside another process, that one's files and variables are not this app's
        builder.Configuration.AddCommandLine(args);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        var settings = Settings.Read(builder.Configuration);
        builder.WebHost.UseUrls(settings.Self);

        builder.Services.AddSingleton(settings);
        builder.Services.AddSignIn(settings).AddHelloApi(settings);
        builder.Services.AddHttpClient();
        builder.Services.AddRazorComponents();
        builder.Services.AddSingleton(HtmlEncoder.Create(UnicodeRanges.All));
        builder.Services.AddAntiforgery(options => options.Cookie.Name = "CitizenApp.Form");
        builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider(); // a restart forgets its cookies; the issuer's session remains

        var app = builder.Build();
        app.Use(PageHeaders.Add);
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapHome();
        app.MapSignIn();
        app.MapHelloApi();
        return app;
    }
}
