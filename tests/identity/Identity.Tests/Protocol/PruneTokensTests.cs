using Backbone.Identity.Protocol;
using Backbone.Testing;
using Microsoft.Extensions.DependencyInjection;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Backbone.Identity.Tests.Protocol;

public sealed class PruneTokensOnSqlite : PruneTokensTests
{
    protected override bool Postgres => false;
}

public sealed class PruneTokensOnPostgres : PruneTokensTests
{
    protected override bool Postgres => true;
}

/// <summary>Rows that answer no question any more go; whatever may still be asked about, and every consent, stays.</summary>
public abstract class PruneTokensTests
{
    protected abstract bool Postgres { get; }

    [Fact]
    public async Task Old_ended_tokens_go_and_consents_and_living_tokens_stay()
    {
        await using var backbone = await BackboneFixture.StartAsync(settings => settings.Postgres = Postgres);
        var now = TimeProvider.System.GetUtcNow();
        var old = now - PruneTokens.Keep - TimeSpan.FromHours(1);
        await using var scope = backbone.Services.CreateAsyncScope();
        var tokens = scope.ServiceProvider.GetRequiredService<IOpenIddictTokenManager>();
        var authorizations = scope.ServiceProvider.GetRequiredService<IOpenIddictAuthorizationManager>();
        var consent = await authorizations.CreateAsync(Authorization(AuthorizationTypes.Permanent, old));
        var abandoned = await authorizations.CreateAsync(Authorization(AuthorizationTypes.AdHoc, old));
        var expired = await tokens.CreateAsync(Token(old, old + TimeSpan.FromMinutes(5), Statuses.Valid));
        var redeemed = await tokens.CreateAsync(Token(old, now + TimeSpan.FromHours(1), Statuses.Redeemed));
        var living = await tokens.CreateAsync(Token(now, now + TimeSpan.FromHours(1), Statuses.Valid));

        Assert.Equal(3, await backbone.Services.GetRequiredService<PruneTokens>().PruneAsync(CancellationToken.None));

        await using var after = backbone.Services.CreateAsyncScope();
        var tokensLeft = after.ServiceProvider.GetRequiredService<IOpenIddictTokenManager>();
        var authorizationsLeft = after.ServiceProvider.GetRequiredService<IOpenIddictAuthorizationManager>();
        Assert.Null(await tokensLeft.FindByIdAsync((await tokens.GetIdAsync(expired))!));
        Assert.Null(await tokensLeft.FindByIdAsync((await tokens.GetIdAsync(redeemed))!));
        Assert.NotNull(await tokensLeft.FindByIdAsync((await tokens.GetIdAsync(living))!));
        Assert.Null(await authorizationsLeft.FindByIdAsync((await authorizations.GetIdAsync(abandoned))!));
        Assert.NotNull(await authorizationsLeft.FindByIdAsync((await authorizations.GetIdAsync(consent))!));
    }

    private static OpenIddictAuthorizationDescriptor Authorization(string type, DateTimeOffset created) =>
        new() { CreationDate = created, Status = Statuses.Valid, Subject = "person", Type = type };

    private static OpenIddictTokenDescriptor Token(DateTimeOffset created, DateTimeOffset expires, string status) =>
        new() { CreationDate = created, ExpirationDate = expires, Status = status, Subject = "person", Type = TokenTypeIdentifiers.RefreshToken };
}
