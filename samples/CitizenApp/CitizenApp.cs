namespace Backbone.CitizenApp;

/// <summary>The app as the host starts it; Program.cs runs the same thing alone.</summary>
public static class CitizenApp
{
    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        var app = builder.Build();
        app.MapGet("/", () => "CitizenApp");
        return app;
    }
}
