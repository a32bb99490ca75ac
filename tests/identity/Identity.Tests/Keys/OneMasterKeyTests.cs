using System.Security.Cryptography;
using Backbone.Identity.Storage;
using Backbone.Platform.Web.Keys;
using Backbone.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Identity.Tests.Keys;

/// <summary>A database is opened by the key that sealed it and no other.</summary>
public sealed class OneMasterKeyTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("backbone-one-key-").FullName;

    private string KeyFile => Path.Combine(folder, "keys", "master.key");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task Another_master_key_is_refused_before_anything_is_written(bool postgres, bool withoutTrace)
    {
        await using var host = await BackboneFixture.StartAsync(settings => (settings.Postgres, settings.DataDirectory) = (postgres, folder));
        var before = await SigningKeysAsync(host);
        if (withoutTrace)
        {
            // As a database from before there were traces.
            await InDatabaseAsync(host, db => db.Stamps.Where(stamp => stamp.Name == Stamp.MasterKey).ExecuteDeleteAsync());
        }

        await host.StopAsync();
        var key = await File.ReadAllBytesAsync(KeyFile);
        await File.WriteAllBytesAsync(KeyFile, RandomNumberGenerator.GetBytes(MasterKey.Size));

        var refusal = await Assert.ThrowsAsync<MasterKeyException>(host.RestartAsync);

        Assert.Contains("sealed with another master key", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("Backbone:MasterKey=file:PATH", refusal.Message, StringComparison.Ordinal);
        await File.WriteAllBytesAsync(KeyFile, key);
        await host.RestartAsync();
        Assert.Equal(before, await SigningKeysAsync(host));
        Assert.Equal(1, await InDatabaseAsync(host, db => db.Stamps.CountAsync(stamp => stamp.Name == Stamp.MasterKey)));
    }

    [Fact]
    public async Task The_operators_file_is_used_and_no_other_is_made()
    {
        var own = Path.Combine(folder, "given.key");
        await File.WriteAllBytesAsync(own, RandomNumberGenerator.GetBytes(MasterKey.Size));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(own, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        await using var host = await BackboneFixture.StartAsync(settings =>
        {
            settings.DataDirectory = folder;
            settings.Settings["Backbone:MasterKey"] = "file:given.key";
        });

        Assert.False(File.Exists(KeyFile));
        Assert.Equal(new MasterKey(await File.ReadAllBytesAsync(own)).Derive("x"), host.Services.GetRequiredService<MasterKey>().Derive("x"));
    }

    private static Task<List<string>> SigningKeysAsync(BackboneFixture host) =>
        InDatabaseAsync(host, db => db.SigningKeys.OrderBy(key => key.Id).Select(key => key.Id).ToListAsync());

    private static async Task<T> InDatabaseAsync<T>(BackboneFixture host, Func<IdentityDb, Task<T>> work)
    {
        await using var scope = host.Services.CreateAsyncScope();
        return await work(scope.ServiceProvider.GetRequiredService<IdentityDb>());
    }
}
