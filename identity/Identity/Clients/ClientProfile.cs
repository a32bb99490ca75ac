using System.Collections.Immutable;
using System.Text.Json;
using Backbone.Identity.Catalogue;
using Backbone.Identity.Persons;
using OpenIddict.EntityFrameworkCore.Models;

namespace Backbone.Identity.Clients;

/// <summary>What the catalogue says of a client, read once from its properties.</summary>
/// <param name="Sector">The pairwise sector; a client without one is a sector of its own.</param>
/// <param name="PublicSubject">True for first-party services that see the same subject as all of them.</param>
/// <param name="PreConsented">True when policy consented for everybody.</param>
/// <param name="Audience">Whose accounts may sign in: <c>citizens</c>, <c>staff</c> or <c>both</c>.</param>
/// <param name="Resource">The resource identifier of the client's own API, if it has one.</param>
/// <param name="NameZh">The app's name in Chinese.</param>
/// <param name="NameEn">The app's name in English.</param>
/// <param name="IdTokenAlgorithm">The algorithm of its identity tokens; null is ES256.</param>
/// <param name="PersonLevel">What must be known of who signs in; the lowest level when its file says nothing.</param>
/// <param name="Acting">Whether people act for organisations in it.</param>
internal sealed record ClientProfile(
    string Sector, bool PublicSubject, bool PreConsented, string Audience, string? Resource, string NameZh, string NameEn,
    string? IdTokenAlgorithm, PersonLevel PersonLevel, ActingPolicy Acting)
{
    public static ClientProfile Of(OpenIddictEntityFrameworkCoreApplication<Guid> application)
    {
        var properties = string.IsNullOrEmpty(application.Properties)
            ? ImmutableDictionary<string, string>.Empty
            : Read(application.Properties);
        var id = application.ClientId ?? "";
        return new ClientProfile(
            properties.GetValueOrDefault(ClientProperties.Sector, "client:" + id),
            // Both must say so: a public subject of a third party would let apps compare people.
            properties.GetValueOrDefault(ClientProperties.Subject) == "public" && properties.GetValueOrDefault(ClientProperties.FirstParty) == "true",
            properties.GetValueOrDefault(ClientProperties.Consent) == "pre",
            properties.GetValueOrDefault(ClientProperties.Audience, "both"),
            properties.GetValueOrDefault(ClientProperties.Resource),
            properties.GetValueOrDefault(ClientProperties.NameZh, application.DisplayName ?? id),
            properties.GetValueOrDefault(ClientProperties.NameEn, application.DisplayName ?? id),
            properties.GetValueOrDefault(ClientProperties.IdTokenAlgorithm),
            Enum.TryParse<PersonLevel>(properties.GetValueOrDefault(ClientProperties.PersonLevel), out var level) ? level : PersonLevel.Registered,
            Enum.TryParse<ActingPolicy>(properties.GetValueOrDefault(ClientProperties.Acting), ignoreCase: true, out var acting) ? acting : ActingPolicy.None);
    }

    public bool MaySignIn(bool staff) => Audience switch
    {
        "citizens" => !staff,
        "staff" => staff,
        _ => true,
    };

    private static ImmutableDictionary<string, string> Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.EnumerateObject()
            .Where(property => property.Value.ValueKind == JsonValueKind.String)
            .ToImmutableDictionary(property => property.Name, property => property.Value.GetString()!, StringComparer.Ordinal);
    }
}
