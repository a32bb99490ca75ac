using System.Collections.Immutable;
using System.Security.Claims;
using System.Text.Json;
using Backbone.Platform.Entities;

namespace Backbone.Platform.Web.SignIn;

/// <summary>
/// For whom a sign-in to pages of ours is, by the word of the issuer: the organisation, who acts for it, and what they may do in this app. The issuer
/// writes it into the identity token (docs/decisions/0031-acting-for.md); whoever acts for themselves has none.
/// </summary>
/// <param name="Code">Never a natural person's.</param>
/// <param name="Name">As registered.</param>
/// <param name="Powers">Of the app's file, by id.</param>
/// <param name="Person">Who acts; the id of the log where the client has public subjects.</param>
public sealed record ActingOrganisation(EntityCode Code, string Name, ImmutableArray<string> Powers, SubjectId? Person)
{
    /// <summary>The claims of tokens, and the one by which every page says in its header for whom it is.</summary>
    internal const string Claim = "organisation";
    internal const string Actor = "act";
    internal const string ActorNameClaim = "act_name";
    internal const string NameClaim = "organisation_name";

    /// <summary>Where the header's "act for somebody else" leads back to: a new sign-in, for tokens are for whom was chosen before.</summary>
    internal const string AgainClaim = "organisation_again";

    public bool May(string power) => Powers.Contains(power, StringComparer.Ordinal);

    /// <summary>Null for everybody who acts for themselves, and for whatever is not as the issuer writes it.</summary>
    public static ActingOrganisation? Of(ClaimsPrincipal reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        try
        {
            return reader.FindFirst(Claim)?.Value is { } text ? Read(text, reader.FindFirst(Actor)?.Value) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static ActingOrganisation? Read(string organisation, string? actor)
    {
        using var document = JsonDocument.Parse(organisation);
        if (Text(document.RootElement, "code") is not { } code || EntityCode.Read(code) is not { Fault: EntityCodeFault.None, Code: var entity }
            || Text(document.RootElement, "name") is not { } name || !document.RootElement.TryGetProperty("powers", out var powers)
            || powers.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        return new(
            entity, name, [.. powers.EnumerateArray().Where(power => power.ValueKind == JsonValueKind.String).Select(power => power.GetString()!)],
            PersonOf(actor));
    }

    private static SubjectId? PersonOf(string? actor)
    {
        if (actor is null)
        {
            return null;
        }

        using var document = JsonDocument.Parse(actor);
        return Guid.TryParseExact(Text(document.RootElement, "sub"), "D", out var id) ? new SubjectId(id) : null;
    }

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
