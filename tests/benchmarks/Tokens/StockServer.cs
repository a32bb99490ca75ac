using System.Collections.Concurrent;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using OpenIddict.Core;
using OpenIddict.EntityFrameworkCore.Models;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Backbone.Benchmarks.Tokens;

/// <summary>
/// OpenIddict as its documentation sets it up, in the fastest form the comparison knows: clients cached, secrets hashed by one SHA-256, no rows
/// for tokens, ES256, nothing logged, no audit, no pages.
/// </summary>
internal static class StockServer
{
    public const string Verb = "stock-server";
    public const string Client = "machine";
    public const string Secret = "c3RvY2stc2VjcmV0LW9mLTI1Ni1iaXRzLWZvci10aGUtdGVzdA";
    public const string Scope = "services.read";

    /// <summary>Prints its address and serves until the input ends.</summary>
    public static async Task RunAsync()
    {
        await using var keepsDatabase = new SqliteConnection("Data Source=stock;Mode=Memory;Cache=Shared");
        await keepsDatabase.OpenAsync();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        Add(builder.Services, keepsDatabase.ConnectionString);
        await using var app = builder.Build();
        app.UseAuthentication();
        await SeedAsync(app.Services);
        await app.StartAsync();
        Console.WriteLine(app.Urls.First());
        await Console.In.ReadToEndAsync();
        await app.StopAsync();
    }

    private static void Add(IServiceCollection services, string database)
    {
        services.AddDbContextPool<StockDb>(db => db.UseSqlite(database).UseOpenIddict());
        services.AddAuthentication();
        services.AddOpenIddict()
            .AddCore(core =>
            {
                core.UseEntityFrameworkCore().UseDbContext<StockDb>();
                core.ReplaceApplicationManager<OpenIddictEntityFrameworkCoreApplication, StockClients>();
            })
            .AddServer(server =>
            {
                server.SetTokenEndpointUris("/connect/token").AllowClientCredentialsFlow().RegisterScopes(Scope);
                server.AddSigningKey(new ECDsaSecurityKey(ECDsa.Create(ECCurve.NamedCurves.nistP256)));
                server.AddEncryptionKey(new SymmetricSecurityKey(RandomNumberGenerator.GetBytes(32)));
                server.DisableAccessTokenEncryption().DisableTokenStorage().DisableAuthorizationStorage();
                server.UseAspNetCore().DisableTransportSecurityRequirement();
                server.AddEventHandler<HandleTokenRequestContext>(handler => handler.UseInlineHandler(Grant));
            });
    }

    private static ValueTask Grant(HandleTokenRequestContext context)
    {
        var identity = new ClaimsIdentity("client_credentials");
        identity.AddClaim(new Claim(Claims.Subject, context.ClientId!));
        var principal = new ClaimsPrincipal(identity);
        principal.SetScopes(context.Request.GetScopes());
        context.SignIn(principal);
        return ValueTask.CompletedTask;
    }

    private static async Task SeedAsync(IServiceProvider services)
    {
        await using var scope = services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<StockDb>().Database.EnsureCreatedAsync();
        await scope.ServiceProvider.GetRequiredService<IOpenIddictApplicationManager>().CreateAsync(new OpenIddictApplicationDescriptor
        {
            ClientId = Client,
            ClientSecret = Secret,
            Permissions = { Permissions.Endpoints.Token, Permissions.GrantTypes.ClientCredentials, Permissions.Prefixes.Scope + Scope },
        });
    }

    internal sealed class StockDb(DbContextOptions<StockDb> options) : DbContext(options);

    /// <summary>The two changes everybody makes first: clients stay in memory, secrets are hashed fast.</summary>
    internal sealed class StockClients(
        IOpenIddictApplicationCache<OpenIddictEntityFrameworkCoreApplication> cache,
        ILogger<OpenIddictApplicationManager<OpenIddictEntityFrameworkCoreApplication>> logger,
        IOptionsMonitor<OpenIddictCoreOptions> options,
        IOpenIddictApplicationStore<OpenIddictEntityFrameworkCoreApplication> store)
        : OpenIddictApplicationManager<OpenIddictEntityFrameworkCoreApplication>(cache, logger, options, store)
    {
        private static readonly ConcurrentDictionary<string, OpenIddictEntityFrameworkCoreApplication> Known = new(StringComparer.Ordinal);

        public override async ValueTask<OpenIddictEntityFrameworkCoreApplication?> FindByClientIdAsync(
            string identifier, CancellationToken cancellationToken = default)
        {
            if (Known.TryGetValue(identifier, out var known))
            {
                return known;
            }

            var found = await base.FindByClientIdAsync(identifier, cancellationToken);
            return found is null ? null : Known.GetOrAdd(identifier, found);
        }

        protected override ValueTask<string> ObfuscateClientSecretAsync(string secret, CancellationToken cancellationToken = default) =>
            new(Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(secret))));

        protected override ValueTask<bool> ValidateClientSecretAsync(string secret, string comparand, CancellationToken cancellationToken = default)
        {
            Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(Encoding.UTF8.GetBytes(secret), hash);
            return new(CryptographicOperations.FixedTimeEquals(hash, Convert.FromHexString(comparand)));
        }
    }
}
