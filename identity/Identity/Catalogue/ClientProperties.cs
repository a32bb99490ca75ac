using System.Text.Json;

namespace Backbone.Identity.Catalogue;

/// <summary>
/// What the catalogue tells the protocol about a client: properties of its OpenIddict application, each a JSON string unless said otherwise.
/// </summary>
internal static class ClientProperties
{
    /// <summary>The version of the app's file that is in the database. Its presence marks a row as the catalogue's.</summary>
    public const string Hash = "catalogue_hash";

    /// <summary><c>allowed</c> or <c>required</c>: whether people act for organisations; absent: never.</summary>
    public const string Acting = "acting";

    /// <summary><c>citizens</c>, <c>staff</c> or <c>both</c>: whose accounts may sign in.</summary>
    public const string Audience = "audience";

    /// <summary><c>ask</c> or <c>pre</c>.</summary>
    public const string Consent = "consent";

    /// <summary><c>true</c> for the province's own.</summary>
    public const string FirstParty = "first_party";

    /// <summary>What signs its identity tokens; absent: ES256.</summary>
    public const string IdTokenAlgorithm = "id_token_signed_response_alg";

    /// <summary><c>web</c>, <c>spa</c>, <c>native</c> or <c>machine</c>.</summary>
    public const string Kind = "kind";

    /// <summary>Required assurance level, <c>1</c>–<c>3</c>.</summary>
    public const string Level = "level";

    public const string NameEn = "name_en";

    public const string NameZh = "name_zh";

    /// <summary>What must be known of a person, <c>1</c>–<c>3</c>; absent: 1.</summary>
    public const string PersonLevel = "person_level";

    /// <summary>Resource identifier of the client's own API; absent when it has none.</summary>
    public const string Resource = "resource";

    /// <summary>The pairwise sector.</summary>
    public const string Sector = "sector";

    /// <summary><c>pairwise</c> or <c>public</c>.</summary>
    public const string Subject = "subject";

    public static JsonElement Of(string value)
    {
        using var document = JsonDocument.Parse($"\"{JsonEncodedText.Encode(value)}\"");
        return document.RootElement.Clone();
    }
}
