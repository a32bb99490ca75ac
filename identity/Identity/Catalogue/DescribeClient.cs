using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Backbone.Identity.Catalogue;

/// <summary>An app as OpenIddict's application: exactly the permissions its file asks for, none by default.</summary>
internal static class DescribeClient
{
    public static OpenIddictApplicationDescriptor Describe(CatalogueApp app, string? secret)
    {
        var client = new OpenIddictApplicationDescriptor
        {
            ClientId = app.Id,
            ClientSecret = secret,
            ClientType = app.IsConfidential ? ClientTypes.Confidential : ClientTypes.Public,
            ApplicationType = app.Kind == ClientKind.Native ? ApplicationTypes.Native : ApplicationTypes.Web,
            ConsentType = app.Consent == ConsentPolicy.Pre ? ConsentTypes.Implicit : ConsentTypes.Explicit,
            DisplayName = app.Name.Zh,
        };
        client.DisplayNames[CultureInfo.GetCultureInfo("zh")] = app.Name.Zh;
        client.DisplayNames[CultureInfo.GetCultureInfo("en")] = app.Name.En;
        client.RedirectUris.UnionWith(app.Redirects.Select(uri => new Uri(uri)));
        client.PostLogoutRedirectUris.UnionWith(app.PostLogout.Select(uri => new Uri(uri)));
        AddPermissions(client, app);
        AddProperties(client, app, secret);
        return client;
    }

    /// <summary>The row's version: the file's, and a one-way trace of the secret so that a new secret in the same place is taken up.</summary>
    public static string VersionOf(CatalogueApp app, string? secret) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"5\n{app.Hash}\n{secret}")));

    private static void AddPermissions(OpenIddictApplicationDescriptor client, CatalogueApp app)
    {
        client.Permissions.Add(Permissions.Endpoints.Token);
        client.Permissions.Add(Permissions.Endpoints.Revocation);
        client.Permissions.UnionWith(app.Grants.Select(grant => Permissions.Prefixes.GrantType + grant));
        client.Permissions.UnionWith(app.Scopes.Select(scope => Permissions.Prefixes.Scope + scope));
        client.Permissions.UnionWith(app.Requests.Select(resource => Permissions.Prefixes.Resource + resource));
        if (app.IsConfidential)
        {
            // Only a client that proves itself may ask about tokens (RFC 7662 2.1).
            client.Permissions.Add(Permissions.Endpoints.Introspection);
        }

        if (app.Grants.Contains(GrantTypes.AuthorizationCode))
        {
            client.Permissions.Add(Permissions.Endpoints.Authorization);
            client.Permissions.Add(Permissions.Endpoints.EndSession);
            client.Permissions.Add(Permissions.ResponseTypes.Code);
            client.Requirements.Add(Requirements.Features.ProofKeyForCodeExchange);
        }
    }

    private static void AddProperties(OpenIddictApplicationDescriptor client, CatalogueApp app, string? secret)
    {
        void Set(string name, string value) => client.Properties[name] = ClientProperties.Of(value);
        Set(ClientProperties.Acting, app.Acting.ToString().ToLowerInvariant());
        Set(ClientProperties.Audience, app.Audience.ToString().ToLowerInvariant());
        Set(ClientProperties.Consent, app.Consent == ConsentPolicy.Pre ? "pre" : "ask");
        Set(ClientProperties.FirstParty, app.FirstParty ? "true" : "false");
        Set(ClientProperties.Hash, VersionOf(app, secret));
        Set(ClientProperties.Kind, app.Kind.ToString().ToLowerInvariant());
        Set(ClientProperties.Level, app.Level.ToString(CultureInfo.InvariantCulture));
        Set(ClientProperties.NameEn, app.Name.En);
        Set(ClientProperties.NameZh, app.Name.Zh);
        Set(ClientProperties.PersonLevel, app.PersonLevel.ToString(CultureInfo.InvariantCulture));
        Set(ClientProperties.Sector, app.PairwiseSector);
        Set(ClientProperties.Subject, app.Subject == SubjectKind.Public ? "public" : "pairwise");
        if (app.Resource is { } resource)
        {
            Set(ClientProperties.Resource, resource);
        }

        if (app.IdTokenAlgorithm != SecurityAlgorithms.EcdsaSha256)
        {
            Set(ClientProperties.IdTokenAlgorithm, app.IdTokenAlgorithm);
        }
    }
}
