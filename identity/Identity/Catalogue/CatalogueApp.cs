using System.Collections.Immutable;
using Backbone.Platform;
using Microsoft.IdentityModel.Tokens;

namespace Backbone.Identity.Catalogue;

/// <summary>One app of the catalogue as its file describes it, checked, with placeholders replaced. One file, one app.</summary>
internal sealed record CatalogueApp
{
    /// <summary>The client id; also the file's name. 2–40 of <c>a-z 0-9 -</c>.</summary>
    public required string Id { get; init; }

    public required Bilingual Name { get; init; }

    public required Bilingual Description { get; init; }

    public required Bilingual Owner { get; init; }

    /// <summary>The heading it stands under in the portal; an id of <c>sectors.yml</c>.</summary>
    public required string Sector { get; init; }

    public required Bilingual Region { get; init; }

    /// <summary>Syllables of the Chinese name, spaces between ("jiu ye fu wu"): found by them and by their initials.</summary>
    public string Pinyin { get; init; } = "";

    /// <summary>Icon of the card; null takes the sector's.</summary>
    public string? Icon { get; init; }

    /// <summary>Required assurance level, 1–3: 1 one factor, 2 two factors, 3 a phishing-resistant one.</summary>
    public required int Level { get; init; }

    /// <summary>What must be known of who signs in, 1–3: 1 registered, 2 contact verified, 3 real name verified.</summary>
    public int PersonLevel { get; init; } = 1;

    /// <summary>Whether people act for organisations here.</summary>
    public ActingPolicy Acting { get; init; }

    /// <summary>What may be given to those who act; none where nobody does.</summary>
    public ImmutableArray<AppPower> Powers { get; init; } = [];

    public required AppAudience Audience { get; init; }

    /// <summary>Shown to people with one of these roles; empty: to everyone of the audience.</summary>
    public ImmutableArray<string> Roles { get; init; } = [];

    /// <summary>False keeps a client without a page of its own off the portal.</summary>
    public bool Listed { get; init; } = true;

    public required AppState State { get; init; }

    /// <summary>Where the portal sends a person; null for clients without pages.</summary>
    public Uri? Start { get; init; }

    /// <summary>The province's own: may have a public subject and no one else may.</summary>
    public bool FirstParty { get; init; }

    public required SubjectKind Subject { get; init; }

    /// <summary>Whose pairwise subjects it shares (OpenID Connect Core 8.1); never changes once people have signed in.</summary>
    public required string PairwiseSector { get; init; }

    public required ConsentPolicy Consent { get; init; }

    public required ClientKind Kind { get; init; }

    public required ImmutableArray<string> Grants { get; init; }

    public required ImmutableArray<string> Scopes { get; init; }

    /// <summary>What signs its identity tokens (OpenID Connect Registration 2, <c>id_token_signed_response_alg</c>): <c>ES256</c> or <c>RS256</c>.</summary>
    public string IdTokenAlgorithm { get; init; } = SecurityAlgorithms.EcdsaSha256;

    /// <summary>The resource identifier (RFC 8707) of the API it offers; null: none.</summary>
    public string? Resource { get; init; }

    /// <summary>Resource identifiers it may ask tokens for.</summary>
    public ImmutableArray<string> Requests { get; init; } = [];

    public ImmutableArray<string> Redirects { get; init; } = [];

    public ImmutableArray<string> PostLogout { get; init; } = [];

    /// <summary>Reference to the secret, <c>file:…</c> or <c>env:…</c>; never the secret. Null for public clients.</summary>
    public string? Secret { get; init; }

    /// <summary>The built-in app whose place an operator's file takes; its own id, said twice so that it never happens by accident.</summary>
    public string? Replaces { get; init; }

    /// <summary>The file it came from, for messages.</summary>
    public required string File { get; init; }

    /// <summary>SHA-256 of the file and the values its placeholders took, hexadecimal.</summary>
    public required string Hash { get; init; }

    public bool IsConfidential => Kind is ClientKind.Web or ClientKind.Machine;

    /// <summary>Only a connected app is a client of the protocol; the others are announced, no more.</summary>
    public bool CanSignIn => State == AppState.Live;
}

/// <param name="Id">Unique in its app; 1–40 of <c>a-z 0-9 -</c>.</param>
/// <param name="Title">As people are shown it who give it.</param>
internal sealed record AppPower(string Id, Bilingual Title);

internal enum ActingPolicy
{
    /// <summary>The app never hears of organisations.</summary>
    None,

    /// <summary>For themselves or for an organisation, as the person chooses.</summary>
    Allowed,

    /// <summary>For an organisation only.</summary>
    Required,
}

internal enum AppAudience
{
    Citizens,
    Staff,
    Both,
}

internal enum AppState
{
    Live,

    /// <summary>Announced in the portal, without address, redirect URI or secret: nobody can sign in to it.</summary>
    NotConnected,
}

internal enum SubjectKind
{
    Pairwise,
    Public,
}

internal enum ConsentPolicy
{
    /// <summary>The person is asked once per app and scope.</summary>
    Ask,

    /// <summary>Policy consents in the person's stead; shown on the account page all the same.</summary>
    Pre,
}

internal enum ClientKind
{
    /// <summary>Pages on a server that keeps a secret.</summary>
    Web,

    /// <summary>Script in the browser: no secret, PKCE.</summary>
    Spa,

    /// <summary>On a device: no secret, PKCE, loopback or private-use redirect (RFC 8252).</summary>
    Native,

    /// <summary>No person: client credentials.</summary>
    Machine,
}
