namespace Backbone.OfficeApp;

/// <summary>The app as the host starts it; Program.cs runs the same thing alone.</summary>
public static class OfficeApp
{
    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        var app = builder.Build();
        app.MapGet("/", () => "OfficeApp");
        return app;
    }
}
