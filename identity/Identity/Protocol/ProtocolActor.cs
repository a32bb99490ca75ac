using OpenIddict.Server;

namespace Backbone.Identity.Protocol;

/// <summary>On whose behalf a protocol request acts, as far as it is known; for the audit event of its answer.</summary>
internal sealed record ProtocolActor(Guid? Account, Guid? Session);

internal static class ProtocolActorOfTransaction
{
    private const string Key = "backbone:actor";

    public static void SetActor(this OpenIddictServerTransaction transaction, ProtocolActor actor) => transaction.Properties[Key] = actor;

    public static ProtocolActor? GetActor(this OpenIddictServerTransaction transaction) =>
        transaction.Properties.GetValueOrDefault(Key) as ProtocolActor;
}
