using Backbone.Identity.Clients;
using Backbone.Identity.Persons;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Backbone.Identity.Authorize;

internal enum LevelAnswer
{
    Enough,

    /// <summary>There is a way up here: lead the person to it.</summary>
    Lead,

    /// <summary>The person would rather not, or without a page nothing can be done, or not here.</summary>
    Refused,

    /// <summary>A page could help, and none may be shown.</summary>
    NeedsPage,
}

/// <summary>Whether enough is known of who a person is for this app and this request.</summary>
internal sealed class LevelDemand(PersonLevels levels, RealNameWay way)
{
    /// <summary>Set where the person turned back. It can only refuse, so anybody may write it.</summary>
    public const string RefusedParameter = "level_refused";

    /// <summary>OpenID Connect Core Error Code unmet_authentication_requirements 1.0.</summary>
    public const string Unmet = "unmet_authentication_requirements";

    /// <returns>The answer, and the person's level.</returns>
    public async Task<(LevelAnswer Answer, PersonLevel Level)> AskAsync(
        Guid account, ClientProfile client, OpenIddictRequest request, CancellationToken cancellation)
    {
        var level = await levels.OfAsync(account, cancellation);
        var needed = PersonLevels.Needed(client.PersonLevel, request.AcrValues);
        if (level >= needed)
        {
            return (LevelAnswer.Enough, level);
        }

        var isReachable = needed < PersonLevel.RealNameVerified || way.IsOpen;
        return ((string?)request.GetParameter(RefusedParameter) == "true" ? LevelAnswer.Refused
            : !request.HasPromptValue(PromptValues.None) ? LevelAnswer.Lead
            : isReachable ? LevelAnswer.NeedsPage
            : LevelAnswer.Refused, level);
    }
}
