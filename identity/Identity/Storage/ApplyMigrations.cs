using Backbone.Platform.Web;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Backbone.Identity.Storage;

/// <summary>
/// Brings the schema up to date before anything else of identity starts. Several hosts may start at once: EF Core takes a database-wide
/// lock around the migrations in both engines, so the second finds nothing left to do.
/// </summary>
internal sealed partial class ApplyMigrations(IServiceScopeFactory scopes, BackboneOptions options, ILogger<IdentityModule> logger)
    : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        CreatePrivateFolder(options.DataDirectory);
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<IdentityDb>();
        var pending = await db.Database.GetPendingMigrationsAsync(cancellationToken);
        var count = pending.Count();
        if (count > 0)
        {
            await db.Database.MigrateAsync(cancellationToken);
            LogMigrated(logger, count);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static void CreatePrivateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [LoggerMessage(EventId = 1200, Level = LogLevel.Information, Message = "The identity database was brought up to date: {Count} migrations")]
    private static partial void LogMigrated(ILogger logger, int count);
}
