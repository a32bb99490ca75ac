using OpenIddict.Server;

namespace Backbone.Identity.Protocol;

/// <summary>On whose behalf a protocol request acts, as far as it is known; for the audit event of its answer.</summary>
/// <param name="Client">Whom the token in the request was issued to; for requests that name no client themselves.</param>
internal sealed record ProtocolActor(Guid? Account, Guid? Session, string? Client = null);

internal static class ProtocolActorOfTransaction
{
    private const string Key = "backbone:actor";
    private const string Follows = "backbone:follows-session";

    public static void SetActor(this OpenIddictServerTransaction transaction, ProtocolActor actor) => transaction.Properties[Key] = actor;

    public static ProtocolActor? GetActor(this OpenIddictServerTransaction transaction) =>
        transaction.Properties.GetValueOrDefault(Key) as ProtocolActor;

    /// <summary>A service of our own asks about a refresh token of its own: whether the session of a sign-in still lives, and nothing else.</summary>
    public static void SetFollowsSession(this OpenIddictServerTransaction transaction) => transaction.Properties[Follows] = true;

    public static bool FollowsSession(this OpenIddictServerTransaction transaction) => transaction.Properties.ContainsKey(Follows);
}
