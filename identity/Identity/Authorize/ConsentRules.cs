using System.Collections.Immutable;
using Backbone.Audit.Contracts;
using Backbone.Identity.Clients;
using Backbone.Identity.Events;
using Backbone.Identity.Storage;
using Backbone.Platform;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Backbone.Identity.Authorize;

internal enum ConsentAnswer
{
    Given,
    Ask,
    Refused,
}

/// <summary>
/// Whether a person must be asked before an app gets their data. Policy may have consented for everybody (the catalogue's <c>pre</c>); else a
/// permanent authorization holds what they agreed to, until they withdraw it on the account page.
/// </summary>
internal sealed class ConsentRules(IOpenIddictAuthorizationManager authorizations, IdentityDb db, IAuditTrail trail, TimeProvider clock)
{
    /// <summary>The parameter in which the consent page returns a refusal; a refusal is not remembered.</summary>
    public const string RefusedParameter = "consent_refused";

    public async Task<ConsentAnswer> AskAsync(SubjectId account, KnownClient client, OpenIddictRequest request, CancellationToken cancellation)
    {
        if ((string?)request.GetParameter(RefusedParameter) == "true")
        {
            return ConsentAnswer.Refused;
        }

        // prompt=consent asks again, also where policy consented; the answer just given is newer than the question.
        var mustAsk = request.HasPromptValue(PromptValues.Consent) && (string?)request.GetParameter(GivenParameter) != "true";
        if (!mustAsk && (client.Profile.PreConsented || (await FindAsync(account, client, request.GetScopes(), cancellation)).Count > 0))
        {
            return ConsentAnswer.Given;
        }

        return ConsentAnswer.Ask;
    }

    /// <summary>Set by the consent page on the way back, so that <c>prompt=consent</c> does not ask twice. It grants nothing by itself.</summary>
    public const string GivenParameter = "consent_given";

    /// <summary>Remembers that the person agreed. The event commits with it.</summary>
    public async Task GiveAsync(EventContext context, SubjectId account, KnownClient client, ImmutableArray<string> scopes, CancellationToken cancellation)
    {
        var descriptor = new OpenIddictAuthorizationDescriptor
        {
            ApplicationId = client.Application.Id.ToString("D"),
            // The account page says since when.
            CreationDate = clock.GetUtcNow(),
            Status = Statuses.Valid,
            Subject = account.ToString(),
            Type = AuthorizationTypes.Permanent,
        };
        descriptor.Scopes.UnionWith(scopes);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await authorizations.CreateAsync(descriptor, cancellation);
        db.Record(TokenEvents.ConsentGiven(context, account.Value, client.Application.ClientId!, scopes));
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
    }

    public async Task RefuseAsync(EventContext context, SubjectId account, KnownClient client, ImmutableArray<string> scopes, CancellationToken cancellation) =>
        await trail.AppendAsync(TokenEvents.ConsentRefused(context, account.Value, client.Application.ClientId!, scopes), cancellation);

    private async Task<List<object>> FindAsync(
        SubjectId account, KnownClient client, ImmutableArray<string> scopes, CancellationToken cancellation)
    {
        List<object> found = [];
        await foreach (var authorization in authorizations.FindAsync(
            account.ToString(), client.Application.Id.ToString("D"), Statuses.Valid, AuthorizationTypes.Permanent, scopes, cancellation))
        {
            found.Add(authorization);
        }

        return found;
    }
}
