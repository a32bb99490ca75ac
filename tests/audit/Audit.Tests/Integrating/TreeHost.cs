using Backbone.Audit.Contracts;
using Backbone.Audit.Integrating;
using Backbone.Audit.Log.Tree;
using Backbone.Audit.Publishing;
using Backbone.Audit.State;
using Backbone.Audit.Witnessing;
using Backbone.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Backbone.Audit.Tests.Integrating;

/// <summary>The log with its tree in a folder of its own, started and stopped like a host; and what somebody does to its files in between.</summary>
internal sealed class TreeHost : IDisposable
{
    private readonly List<string> copies = [];

    public string Folder { get; } = Directory.CreateTempSubdirectory("audit-tree-").FullName;

    public string Tlog => Path.Combine(Folder, "audit", "tlog");

    public async Task<WebApplication> StartAsync(params (string Name, string Value)[] settings)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration["urls"] = "http://127.0.0.1:0";
        foreach (var (name, value) in settings)
        {
            builder.Configuration[name] = value;
        }

        var options = new BackboneOptions { DataDirectory = Folder };
        var context = new ModuleContext(builder.Services, builder.Configuration, options);
        context.AddAuditState();
        builder.Services.AddAuditTrail(options);
        context.AddAuditTree();
        var app = builder.Build();
        CosignCheckpoints.Map(app);
        try
        {
            await app.StartAsync();
            return app;
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>One life of the process: so many events, then an orderly stop.</summary>
    public async Task RunAsync(int events)
    {
        await using var app = await StartAsync();
        await AppendAsync(app, events);
        await app.StopAsync();
    }

    public static Task AppendAsync(WebApplication app, int events)
    {
        var trail = app.Services.GetRequiredService<IAuditTrail>();
        return Task.WhenAll(Enumerable.Range(0, events).Select(_ => trail.AppendAsync(TemporaryLog.SignIn()).AsTask()));
    }

    /// <summary>The published checkpoint, its signature checked.</summary>
    public (long Size, TreeHash Root) Checkpoint(WebApplication app)
    {
        var read = app.Services.GetRequiredService<LogSigner>().Read(File.ReadAllText(Path.Combine(Tlog, "checkpoint")));
        return (read!.Checkpoint.Size, read.Checkpoint.Root);
    }

    public string Copy(params string[] parts)
    {
        var copy = Directory.CreateTempSubdirectory("audit-copy-").FullName;
        copies.Add(copy);
        CopyAll(Path.Combine([Folder, .. parts]), copy);
        return copy;
    }

    public void Restore(string copy, params string[] parts)
    {
        var target = Path.Combine([Folder, .. parts]);
        Directory.Delete(target, recursive: true);
        CopyAll(copy, target);
    }

    public byte[] CopyFile(params string[] parts)
    {
        SqliteConnection.ClearAllPools();
        return File.ReadAllBytes(Path.Combine([Folder, .. parts]));
    }

    public void RestoreFile(byte[] copy, params string[] parts)
    {
        SqliteConnection.ClearAllPools();
        var path = Path.Combine([Folder, .. parts]);
        File.Delete(path + "-wal");
        File.Delete(path + "-shm");
        File.WriteAllBytes(path, copy);
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        foreach (var folder in copies.Append(Folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void CopyAll(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target, overwrite: true);
        }
    }
}
