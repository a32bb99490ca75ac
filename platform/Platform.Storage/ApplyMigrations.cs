using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Backbone.Platform.Storage;

/// <summary>
/// Brings a module's schema up to date before anything else of it starts. Several hosts may start at once: the second finds
/// nothing left to do.
/// </summary>
/// <param name="scopes">Where the context comes from.</param>
/// <param name="folder">The folder of the embedded database; created with mode 0700.</param>
/// <param name="section">The module's settings, for the log line.</param>
/// <param name="clock">For the wait while another process migrates.</param>
/// <param name="logger">The log.</param>
internal sealed partial class ApplyMigrations<TDb>(IServiceScopeFactory scopes, string folder, string section, TimeProvider clock, ILogger<ApplyMigrations<TDb>> logger)
    : IHostedLifecycleService
    where TDb : DbContext
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        CreatePrivateFolder(folder);
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TDb>();
        var count = await db.Database.MigrateAloneAsync(clock, cancellationToken);
        if (count > 0)
        {
            LogMigrated(logger, section, count);
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

    [LoggerMessage(EventId = 9400, Level = LogLevel.Information, Message = "The database of {Section} was brought up to date: {Count} migrations")]
    private static partial void LogMigrated(ILogger logger, string section, int count);
}
