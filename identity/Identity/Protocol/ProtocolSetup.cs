using Backbone.Identity.Authorize;
using Backbone.Identity.Clients;
using Backbone.Identity.Discovery;
using Backbone.Identity.Introspect;
using Backbone.Identity.Keys;
using Backbone.Identity.Logout;
using Backbone.Identity.MachineGrant;
using Backbone.Identity.Storage;
using Backbone.Identity.Subjects;
using Backbone.Identity.Token;
using Backbone.Identity.UserInfo;
using Backbone.Platform.Web;
using Backbone.Platform.Web.Assets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using OpenIddict.EntityFrameworkCore;
using OpenIddict.EntityFrameworkCore.Models;
using OpenIddict.Server;
using OpenIddict.Server.AspNetCore;

namespace Backbone.Identity.Protocol;

internal static class ProtocolSetup
{
    /// <summary>
    /// Registers the OpenID provider. Call it after the storage and before the catalogue: keys and clients need the tables, and the catalogue
    /// writes its clients through the manager registered here.
    /// </summary>
    public static void AddIdentityProtocol(this ModuleContext context)
    {
        var protocol = Bind<ProtocolOptions>(context, ProtocolOptions.Section, options => options.Failures());
        var keys = Bind<SigningKeyOptions>(context, SigningKeyOptions.Section, options => options.Failures());
        var services = context.Services;
        services.AddSingleton(protocol);
        services.AddKeys(keys);
        services.AddSingleton<PairwiseSubject>();
        services.AddSingleton<ClientSubject>();
        services.AddHostedService<WatchClients>();
        services.AddScoped(provider => (CachedClientManager)provider.GetRequiredService<OpenIddict.Core.OpenIddictApplicationManager<OpenIddictEntityFrameworkCoreApplication<Guid>>>());
        services.AddSingleton<LoginDemand>();
        services.AddSingleton<RecordAnswer>();
        services.AddScoped<ConsentRules>();
        services.AddSingleton<PruneTokens>();
        services.AddHostedService(provider => provider.GetRequiredService<PruneTokens>());
        services.AddPageAsset(typeof(ProtocolSetup).Assembly, "form-post.js");
        services.AddOpenIddict()
            .AddCore(core =>
            {
                core.UseEntityFrameworkCore().UseDbContext<IdentityDb>().ReplaceDefaultEntities<Guid>();
                core.ReplaceApplicationManager<OpenIddictEntityFrameworkCoreApplication<Guid>, CachedClientManager>();
            })
            .AddServer(server => Serve(server, protocol));

        // The path of a token without what it does not need: docs/decisions/0009-token-path.md.
        services.Replace(ServiceDescriptor.Scoped<IOpenIddictEntityFrameworkCoreContext, LateIdentityDb>());
        services.AddSingleton(_ => new PreparedHandlers(services));
        services.Replace(ServiceDescriptor.Scoped<IOpenIddictServerDispatcher, PreparedDispatcher>());
        services.AddSingleton<ReviewedEngine>();
        services.AddSingleton<GrantPlainRequest>();
    }

    public static void MapIdentityProtocol(this IEndpointRouteBuilder endpoints)
    {
        AuthorizeApp.Map(endpoints);
        ConsentApp.Map(endpoints);
        SignOutEverywhere.Map(endpoints);
        LoggedOut.Map(endpoints);
        EngineEndpoints.Map(endpoints);
    }

    private static void AddKeys(this IServiceCollection services, SigningKeyOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<SigningKeyRing>();
        services.AddSingleton<RotateSigningKeys>();
        services.AddHostedService(provider => provider.GetRequiredService<RotateSigningKeys>());
        services.AddSingleton<SealedKeyRepository>();
        services.AddDataProtection().SetApplicationName("backbone");
        services.AddOptions<KeyManagementOptions>().Configure<SealedKeyRepository>((management, repository) =>
        {
            management.XmlRepository = repository;

            // The repository seals the whole element.
            management.XmlEncryptor = new NullXmlEncryptor();
        });
        services.AddSingleton<ConfigureServer>();
        // Before AddOpenIddict: the engine's own post-configuration then checks and sorts what this one adds.
        services.AddSingleton<IPostConfigureOptions<OpenIddictServerOptions>>(provider => provider.GetRequiredService<ConfigureServer>());
        services.AddSingleton<IValidateOptions<OpenIddictServerOptions>>(provider => provider.GetRequiredService<ConfigureServer>());
    }

    private static void Serve(OpenIddictServerBuilder server, ProtocolOptions protocol)
    {
        server.SetConfigurationEndpointUris("/.well-known/openid-configuration", "/.well-known/oauth-authorization-server")
            .SetJsonWebKeySetEndpointUris("/.well-known/jwks")
            .SetAuthorizationEndpointUris(AuthorizeApp.Path)
            .SetTokenEndpointUris("/connect/token")
            .SetUserInfoEndpointUris("/connect/userinfo")
            .SetIntrospectionEndpointUris("/connect/introspect")
            .SetRevocationEndpointUris("/connect/revoke")
            .SetEndSessionEndpointUris(SignOutEverywhere.Path);
        server.AllowAuthorizationCodeFlow().AllowRefreshTokenFlow().AllowClientCredentialsFlow().RequireProofKeyForCodeExchange();
        server.RegisterScopes(ScopeNames.All);

        // Resources are data of the catalogue: what a client may ask for is its permission, checked by RequireKnownResources.
        server.DisableResourceValidation();
        server.DisableAccessTokenEncryption();
        server.SetAuthorizationCodeLifetime(protocol.Code)
            .SetAccessTokenLifetime(protocol.AccessToken)
            .SetIdentityTokenLifetime(protocol.AccessToken)
            .SetRefreshTokenLifetime(protocol.RefreshToken)
            .SetRefreshTokenReuseLeeway(protocol.RefreshLeeway == TimeSpan.Zero ? null : protocol.RefreshLeeway);
        server.UseAspNetCore().DisableTransportSecurityRequirement()
            .EnableAuthorizationEndpointPassthrough().EnableEndSessionEndpointPassthrough().EnableErrorPassthrough();

        server.RemoveEventHandler(OpenIddictServerHandlers.Introspection.ValidateAuthorizedParty.Descriptor);

        // RequireAllowedScopes has looked at each scope, and at two that the engine lets pass.
        server.RemoveEventHandler(OpenIddictServerHandlers.Exchange.ValidateScopePermissions.Descriptor);
        server.RemoveEventHandler(OpenIddictServerHandlers.Authentication.ValidateScopePermissions.Descriptor);
        server.RemoveEventHandler(OpenIddictServerAspNetCoreHandlers.Authentication.ProcessFormPostResponse.Descriptor);

        // RFC 6750 3 wants the error in the header; without a body in the same words, one of another kind would be put there.
        server.RemoveEventHandler(
            OpenIddictServerAspNetCoreHandlers.ProcessChallengeErrorResponse<OpenIddictServerEvents.ApplyUserInfoResponseContext>.Descriptor);
        foreach (var descriptor in (OpenIddictServerHandlerDescriptor[])
        [
            MarkTokenEntries.Descriptor, ShapeTokens.Descriptor, RestoreTokenEntry.Descriptor, RevokeFamily.Descriptor, RequireLiveSession.Descriptor,
            GrantToMachine.Descriptor, NarrowResources.Descriptor, ChooseAudience.Descriptor, RequireKnownResources.AtToken,
            RequireKnownResources.AtAuthorization, RequireAllowedScopes.AtToken, RequireAllowedScopes.AtAuthorization,
            RequireGrantedScopes.Descriptor, ReturnErrors.Descriptor, AnswerByForm.Descriptor, ShowUserInfo.Descriptor,
            RequireAudience.Descriptor, TellPerson.Descriptor, DescribeServer.Descriptor, RequireClientProof.AtToken, RequireClientProof.AtIntrospection,
            .. RefuseDuplicates.Descriptors, .. RecordAnswer.Descriptors,
        ])
        {
            server.AddEventHandler(descriptor);
        }
    }

    private static T Bind<T>(ModuleContext context, string section, Func<T, IEnumerable<string>> failuresOf) where T : class, new()
    {
        var options = new T();
        context.Configuration.GetSection(section).Bind(options);
        return failuresOf(options).ToArray() is { Length: > 0 } failures
            ? throw new OptionsValidationException(section, typeof(T), failures)
            : options;
    }
}
