using Backbone.Audit;
using Backbone.Identity;
using Backbone.Platform.Web;

IBackboneModule[] modules = [new AuditModule(), new IdentityModule()];
var builder = WebApplication.CreateBuilder(args);
var options = new BackboneOptions();
builder.Configuration.GetSection(BackboneOptions.Section).Bind(options);
foreach (var module in modules)
{
    module.AddServices(new ModuleContext(builder.Services, builder.Configuration, options));
}

var app = builder.Build();
foreach (var module in modules)
{
    module.MapEndpoints(app);
}

await app.RunAsync();
