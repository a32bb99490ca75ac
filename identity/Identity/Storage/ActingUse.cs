namespace Backbone.Identity.Storage;

/// <summary>One sign-in to an app in an organisation's name. It stays when its tokens are gone: the organisation's own record of what was done.</summary>
internal sealed class ActingUse
{
    /// <summary>The OpenIddict authorization of that sign-in.</summary>
    public required Guid AuthorizationId { get; init; }

    public required string OrganisationCode { get; init; }

    public required Guid AccountId { get; init; }

    public required Guid SessionId { get; init; }

    public required string ClientId { get; init; }

    public required DateTimeOffset At { get; init; }
}

/// <summary>A mandate that the tokens of a sign-in rest on: when one of them is not in force, none of the tokens is good.</summary>
internal sealed class ActingGrant
{
    public required Guid AuthorizationId { get; init; }

    public required Guid MandateId { get; init; }
}
