namespace Backbone.Identity.Storage;

/// <summary>
/// An OpenIddict authorization whose tokens were issued in a session: ending the session revokes them in the same transaction.
/// Written by the token endpoint when it first issues for the session.
/// </summary>
internal sealed class SessionGrant
{
    public required Guid SessionId { get; init; }

    public required Guid AuthorizationId { get; init; }
}
