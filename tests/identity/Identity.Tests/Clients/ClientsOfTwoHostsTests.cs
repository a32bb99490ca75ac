using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using Backbone.Identity.Clients;
using Backbone.Testing;
using Microsoft.Extensions.DependencyInjection;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Backbone.Identity.Tests.Clients;

public sealed class ClientsOfTwoHostsTests : IDisposable
{
    private const string Redirect = "https://app.example/callback";
    private readonly string folder = Directory.CreateTempSubdirectory("backbone-clients-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact(DisplayName = "docs/trust.md: a secret and a redirect URI removed on one host stop working on the other within five seconds")]
    public async Task Removed_on_one_host_dead_on_the_other()
    {
        var database = await PostgresServer.CreateDatabaseAsync();
        var key = Path.Combine(folder, "master.key");
        await File.WriteAllBytesAsync(key, RandomNumberGenerator.GetBytes(32));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        await using var here = await StartAsync(database, key);
        await using var there = await StartAsync(database, key);
        await WithClientsAsync(here, async clients => await clients.CreateAsync(Client("old secret", withRedirect: true)));
        Assert.Equal(HttpStatusCode.OK, await TokenAsync(there, "old secret"));
        Assert.True(await RedirectsAsync(there));

        await WithClientsAsync(here, async clients =>
        {
            // A row of one's own: the one found by client id is everybody's.
            var id = await clients.GetIdAsync((await clients.FindByClientIdAsync("shared"))!);
            await clients.UpdateAsync((await clients.FindByIdAsync(id!))!, Client("new secret", withRedirect: false));
        });
        var changed = Stopwatch.StartNew();
        Assert.Equal(HttpStatusCode.Unauthorized, await TokenAsync(here, "old secret"));
        while (await TokenAsync(there, "old secret") == HttpStatusCode.OK || await RedirectsAsync(there))
        {
            Assert.True(changed.Elapsed < ClientCache.Trust + TimeSpan.FromSeconds(1), $"The old client still works after {changed.Elapsed}.");
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        Assert.Equal(HttpStatusCode.OK, await TokenAsync(there, "new secret"));
    }

    private static Task<BackboneFixture> StartAsync(string database, string key) => BackboneFixture.StartAsync(settings =>
    {
        settings.Settings["Backbone:Identity:Database"] = "postgres";
        settings.Settings["Backbone:Identity:ConnectionString"] = database;
        settings.Settings["Backbone:MasterKey"] = "file:" + key;
    });

    private static async Task WithClientsAsync(BackboneFixture host, Func<IOpenIddictApplicationManager, Task> work)
    {
        await using var scope = host.Services.CreateAsyncScope();
        await work(scope.ServiceProvider.GetRequiredService<IOpenIddictApplicationManager>());
    }

    private static OpenIddictApplicationDescriptor Client(string secret, bool withRedirect)
    {
        var client = new OpenIddictApplicationDescriptor { ClientId = "shared", ClientSecret = secret, ClientType = ClientTypes.Confidential };
        client.Permissions.UnionWith(
        [
            Permissions.Endpoints.Token, Permissions.GrantTypes.ClientCredentials,
            Permissions.Endpoints.Authorization, Permissions.GrantTypes.AuthorizationCode, Permissions.ResponseTypes.Code,
        ]);
        if (withRedirect)
        {
            client.RedirectUris.Add(new Uri(Redirect));
        }

        return client;
    }

    private static async Task<HttpStatusCode> TokenAsync(BackboneFixture host, string secret)
    {
        using var http = host.NewClient();
        using var response = await http.PostAsync("/connect/token", new FormUrlEncodedContent(
            [new("grant_type", "client_credentials"), new("client_id", "shared"), new("client_secret", secret)]));
        return response.StatusCode;
    }

    /// <summary>A faulty request goes back to the redirect URI as long as that is known.</summary>
    private static async Task<bool> RedirectsAsync(BackboneFixture host)
    {
        using var http = host.NewClient();
        using var response = await http.GetAsync($"/connect/authorize?client_id=shared&response_type=code&redirect_uri={Uri.EscapeDataString(Redirect)}");
        return response.Headers.Location?.OriginalString.StartsWith(Redirect, StringComparison.Ordinal) == true;
    }
}
