using System.Collections.Immutable;
using Backbone.Identity.Catalogue;
using Backbone.Identity.Clients;
using Backbone.Identity.Events;
using Backbone.Identity.Organisations;
using Backbone.Identity.Storage;
using Backbone.Identity.Subjects;
using Backbone.Platform.Entities;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Backbone.Identity.Acting;

internal abstract record ActingAnswer
{
    public sealed record Themselves : ActingAnswer;

    public sealed record For(ActingFor Acting) : ActingAnswer;

    /// <summary>There is more than one they may act for, and they have not said whom; or the app wants an organisation and none was chosen.</summary>
    public sealed record Choose : ActingAnswer;

    /// <summary>The app wants an organisation, and there is none they may act for there; or they turned back.</summary>
    public sealed record Nobody(bool IsRefused) : ActingAnswer;
}

/// <summary>
/// For whom a sign-in to an app is. What the session chose is asked of the mandates each time: it is a wish, not a right. An app whose file knows
/// no organisations never hears of one.
/// </summary>
internal sealed class ActingChoice(IdentityDb db, Standings standings, AppCatalogue catalogue, ClientSubject subjects, TimeProvider clock)
{
    /// <summary>Set where the person turned back. It can only refuse.</summary>
    public const string RefusedParameter = "acting_refused";

    /// <summary>Set where they just chose, so that <c>prompt=select_account</c> does not ask twice. It grants nothing.</summary>
    public const string ChosenParameter = "acting_chosen";

    /// <summary>What a session that acts for the person themselves has chosen.</summary>
    public const string Self = "";

    public async Task<ActingAnswer> AskAsync(Guid account, Guid session, KnownClient client, OpenIddictRequest request, CancellationToken cancellation)
    {
        if (client.Profile.Acting == ActingPolicy.None)
        {
            return new ActingAnswer.Themselves();
        }

        var usable = await UsableAsync(account, client.Application.ClientId!, cancellation);
        var isRequired = client.Profile.Acting == ActingPolicy.Required;
        if (usable.Count == 0)
        {
            return isRequired ? new ActingAnswer.Nobody((string?)request.GetParameter(RefusedParameter) == "true") : new ActingAnswer.Themselves();
        }

        if ((string?)request.GetParameter(RefusedParameter) == "true")
        {
            return new ActingAnswer.Nobody(true);
        }

        var chosen = await db.Sessions.Where(row => row.Id == session).Select(row => row.ActingFor).SingleOrDefaultAsync(cancellation);
        var again = request.HasPromptValue(PromptValues.SelectAccount) && (string?)request.GetParameter(ChosenParameter) != "true";
        return again || chosen is null ? new ActingAnswer.Choose()
            : chosen == Self ? isRequired ? new ActingAnswer.Choose() : new ActingAnswer.Themselves()
            : usable.FirstOrDefault(one => one.Organisation.Code == chosen) is { } acting ? new ActingAnswer.For(acting)
            : new ActingAnswer.Choose();
    }

    /// <summary>The organisations a person may act for in one app, now.</summary>
    public async Task<IReadOnlyList<ActingFor>> UsableAsync(Guid account, string client, CancellationToken cancellation)
    {
        var declared = PowerSet.Declared(catalogue.Current);
        return
        [
            .. (await standings.AllAsync(account, cancellation)).Select(standing => Of(standing, client, declared)).Where(acting => acting.Mandates.Count > 0),
        ];
    }

    /// <summary>Ties the tokens of a sign-in to the mandates they rest on, with the event.</summary>
    public async Task TieAsync(EventContext context, ActingFor acting, Guid account, Guid session, string client, Guid authorization, CancellationToken cancellation)
    {
        var use = new ActingUse
        {
            AuthorizationId = authorization,
            OrganisationCode = acting.Organisation.Code,
            AccountId = account,
            SessionId = session,
            ClientId = client,
            At = clock.GetUtcNow(),
        };
        db.ActingUses.Add(use);
        db.ActingGrants.AddRange(acting.Mandates.Select(mandate => new ActingGrant { AuthorizationId = authorization, MandateId = mandate.Id }));
        db.Record(OrganisationEvents.Used(context, use, new PowerSet(acting.Powers)));
        await db.SaveChangesAsync(cancellation);
    }

    /// <summary>True while every mandate the tokens rest on is in force; without any, they rest on nothing.</summary>
    public async Task<bool> IsInForceAsync(Guid authorization, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var tied = await db.ActingGrants.Where(grant => grant.AuthorizationId == authorization)
            .Select(grant => db.MandatesInForce(now).Any(mandate => mandate.Id == grant.MandateId)).ToListAsync(cancellation);
        return tied.Count > 0 && tied.TrueForAll(inForce => inForce);
    }

    /// <summary>Whether an app's subject is one of the organisations the person may act for.</summary>
    public async Task<bool> IsSubjectOfTheirsAsync(string subject, Guid account, ClientProfile client, CancellationToken cancellation) =>
        client.Acting != ActingPolicy.None
        && (await standings.AllAsync(account, cancellation)).Any(one => subjects.Of(EntityCode.Parse(one.Organisation.Code), client) == subject);

    private static ActingFor Of(Standing standing, string client, PowerSet declared)
    {
        List<Mandate> mandates = [];
        SortedSet<string> powers = new(StringComparer.Ordinal);
        foreach (var mandate in standing.Mandates)
        {
            // A power that the app no longer declares is nobody's.
            var here = (mandate.Kind == MandateKind.Representative ? declared : PowerSet.Read(mandate.Powers).In(declared)).Of(client).ToList();
            if (here.Count > 0)
            {
                mandates.Add(mandate);
                powers.UnionWith(here);
            }
        }

        return new ActingFor(standing, mandates, [.. powers]);
    }
}
