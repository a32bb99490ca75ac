using System.Collections.Immutable;
using System.Security.Claims;
using System.Text.Json.Nodes;
using Backbone.Identity.Clients;
using Backbone.Identity.Organisations;
using Backbone.Identity.Storage;
using Backbone.Identity.Subjects;
using Backbone.Platform;
using Backbone.Platform.Entities;

namespace Backbone.Identity.Acting;

/// <summary>Whom a person acts for at one app: the organisation, the mandates that allow it, and the powers they come to there.</summary>
internal sealed record ActingFor(Standing Standing, IReadOnlyList<Mandate> Mandates, ImmutableArray<string> Powers)
{
    public Organisation Organisation => Standing.Organisation;
}

/// <summary>
/// How tokens say it (docs/decisions/0031-acting-for.md): the subject is the organisation, <c>act</c> the person (RFC 8693 4.1), and
/// <c>organisation</c> who and with which powers.
/// </summary>
internal static class ActingClaims
{
    public const string Organisation = "organisation";

    /// <summary>RFC 8693 4.1.</summary>
    public const string Actor = "act";

    /// <summary>The value type by which token handlers write a claim as an object.</summary>
    private const string Json = "JSON";

    public static Claim Of(ActingFor acting) => new(Organisation, new JsonObject
    {
        ["code"] = acting.Organisation.Code,
        ["name"] = acting.Organisation.Name,
        ["capacity"] = acting.Standing.Kind.ToString().ToLowerInvariant(),
        ["powers"] = new JsonArray([.. acting.Powers.Select(power => (JsonNode)JsonValue.Create(power))]),
    }.ToJsonString(), Json);

    /// <summary>The code in a token's claim.</summary>
    public static EntityCode CodeOf(Claim claim) => EntityCode.Parse((string)JsonNode.Parse(claim.Value)!["code"]!);

    /// <summary>The person, as the app knows them when they act for themselves.</summary>
    public static Claim ActorOf(SubjectId person, ClientProfile client, ClientSubject subjects) =>
        new(Actor, new JsonObject { ["sub"] = subjects.Of(person, client) }.ToJsonString(), Json);
}
