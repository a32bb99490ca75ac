using System.Collections.Immutable;
using Backbone.Platform.Yaml;
using Microsoft.IdentityModel.Tokens;

namespace Backbone.Identity.Catalogue;

/// <summary>Reads the <c>client</c> part of a file: what the protocol needs to know. The rules differ by kind.</summary>
internal static class ReadClient
{
    private const string IdTokenAlgorithm = "id-token-signed-response-alg";
    private static readonly ImmutableArray<string> KnownGrants = ["authorization_code", "refresh_token", "client_credentials"];

    public static CatalogueApp Read(YamlMap file, CatalogueApp app, FillAddresses fill)
    {
        if (file.Map("client") is not { } map)
        {
            if (!file.Has("client"))
            {
                file.Fail("client", "required", "nothing");
            }

            return app;
        }

        app = app with
        {
            Kind = map.Choice(
                "kind", ("web", ClientKind.Web), ("spa", ClientKind.Spa), ("native", ClientKind.Native), ("machine", ClientKind.Machine)),
            Grants = map.Texts("grants"),
            Scopes = map.Texts("scopes"),
            Subject = map.Has("subject")
                ? map.Choice("subject", ("pairwise", SubjectKind.Pairwise), ("public", SubjectKind.Public))
                : SubjectKind.Pairwise,
            PairwiseSector = map.OptionalText("pairwise-sector") ?? app.Id,
            Consent = map.Choice("consent", ("ask", ConsentPolicy.Ask), ("pre", ConsentPolicy.Pre)),
            IdTokenAlgorithm = map.Has(IdTokenAlgorithm)
                ? map.Choice(
                    IdTokenAlgorithm,
                    (SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha256), (SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha256))
                : SecurityAlgorithms.EcdsaSha256,
            Resource = map.OptionalText("resource"),
            Requests = map.Texts("requests"),
            Redirects = [.. map.Texts("redirects").Select(uri => fill.In(uri)!)],
            PostLogout = [.. map.Texts("post-logout").Select(uri => fill.In(uri)!)],
            Secret = map.OptionalText("secret"),
        };
        map.RefuseOthers();
        CheckGrants(map, app);
        CheckAddresses(map, app);
        CheckSecret(map, app);
        CheckSubject(map, app);
        return app;
    }

    private static void CheckGrants(YamlMap map, CatalogueApp app)
    {
        foreach (var grant in app.Grants.Where(grant => !KnownGrants.Contains(grant)))
        {
            map.Fail("grants", "only " + string.Join(", ", KnownGrants), grant);
        }

        var withPeople = app.Grants.Contains("authorization_code");
        if (app.Kind == ClientKind.Machine)
        {
            if (app.Grants is not ["client_credentials"])
            {
                map.Fail("grants", "[client_credentials] for a machine", string.Join(", ", app.Grants));
            }

            if (map.Has(IdTokenAlgorithm))
            {
                map.Fail(IdTokenAlgorithm, "none for a machine: nobody signs in, so it gets no identity token", app.IdTokenAlgorithm);
            }
        }
        else if (!withPeople)
        {
            map.Fail("grants", "authorization_code for a client that people sign in to", string.Join(", ", app.Grants));
        }

        if (!app.IsConfidential && app.Grants.Contains("client_credentials"))
        {
            map.Fail("grants", "RFC 6749 4.4: client_credentials only for clients with a secret", "client_credentials");
        }

        if (withPeople && !app.Scopes.Contains("openid"))
        {
            map.Fail("scopes", "openid among them: people sign in by OpenID Connect", string.Join(", ", app.Scopes));
        }

        if (app.Scopes.Contains("offline_access") != app.Grants.Contains("refresh_token"))
        {
            map.Fail("scopes", "offline_access together with the grant refresh_token, or neither", string.Join(", ", app.Scopes));
        }
    }

    private static void CheckAddresses(YamlMap map, CatalogueApp app)
    {
        for (var i = 0; i < app.Redirects.Length; i++)
        {
            if ((app.Kind == ClientKind.Native ? CheckUri.Native(app.Redirects[i]) : CheckUri.Page(app.Redirects[i])) is { } wrong)
            {
                map.Fail($"redirects[{i}]", wrong, app.Redirects[i]);
            }
        }

        for (var i = 0; i < app.PostLogout.Length; i++)
        {
            if ((app.Kind == ClientKind.Native ? CheckUri.Native(app.PostLogout[i]) : CheckUri.Page(app.PostLogout[i])) is { } wrong)
            {
                map.Fail($"post-logout[{i}]", wrong, app.PostLogout[i]);
            }
        }

        if (app.Kind == ClientKind.Machine ? app.Redirects.Length > 0 : app.State == AppState.Live && app.Redirects.Length == 0)
        {
            map.Fail("redirects", app.Kind == ClientKind.Machine ? "none for a machine" : "at least one", $"{app.Redirects.Length}");
        }

        foreach (var resource in app.Requests.Concat(app.Resource is null ? [] : [app.Resource]))
        {
            if (CheckUri.Resource(resource) is { } wrong)
            {
                map.Fail("resource", wrong, resource);
            }
        }
    }

    private static void CheckSecret(YamlMap map, CatalogueApp app)
    {
        if (app.Secret is not null && ClientSecrets.WrongReference(app.Secret) is { } wrong)
        {
            // The value may be a secret somebody pasted: it is never repeated.
            map.Fail("secret", wrong, "(not shown)");
        }
        else if (!app.IsConfidential && app.Secret is not null)
        {
            map.Fail("secret", "none: a spa or native client cannot keep one", "(not shown)");
        }
        else if (app.IsConfidential && app.Secret is null && app.State == AppState.Live)
        {
            map.Fail("secret", "file:… or env:… for a web or machine client", "nothing");
        }
    }

    private static void CheckSubject(YamlMap map, CatalogueApp app)
    {
        if (app.Subject == SubjectKind.Public && !app.FirstParty)
        {
            map.Fail("subject", "pairwise, unless first-party: true", "public");
        }

        if (!ReadApp.Id().IsMatch(app.PairwiseSector))
        {
            map.Fail("pairwise-sector", "2–40 characters a-z, 0-9 and hyphen, starting with a letter", app.PairwiseSector);
        }
    }
}
