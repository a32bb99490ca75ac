using Backbone.Identity.AccountPages;
using Backbone.Identity.Events;
using Backbone.Identity.Limits;
using Backbone.Identity.Persons;
using Backbone.Identity.Storage;
using Backbone.Platform.Entities;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Identity.Organisations;

internal abstract record RegisterOutcome
{
    public sealed record Registered : RegisterOutcome;

    /// <param name="Reason">As in the event.</param>
    /// <param name="Until">When the next try may be made, where too many were.</param>
    public sealed record Refused(string Reason, DateTimeOffset? Until = null) : RegisterOutcome;
}

/// <summary>
/// Binds an organisation to the person whom the registry names as its legal representative. An organisation has exactly one: whoever was it
/// before is it no more, and what rested on them ends; administrators and agents are the organisation's and stay.
/// </summary>
internal sealed class BindRepresentative(
    IdentityDb db, SealedRealNames names, PersonLevels levels, RegistryWay way, SignInLimits limits, EndMandates end, TimeProvider clock)
{
    private const string LimitKind = "organisation";

    public async Task<RegisterOutcome> HandleAsync(HttpContext http, EntityCode code, CancellationToken cancellation)
    {
        var account = Asker.Of(http.User).Account;
        var realName = await db.RealNames.AsNoTracking().SingleOrDefaultAsync(row => row.AccountId == account, cancellation);
        if (realName is null || await levels.OfAsync(account, cancellation) < PersonLevel.RealNameVerified)
        {
            return await RefuseAsync(http, "level", code, cancellation);
        }

        if (way.Registry is not { } registry)
        {
            return await RefuseAsync(http, "closed", code, cancellation);
        }

        var key = account.ToString("D");
        if (await limits.TryAsync(LimitKind, key, cancellation) is { } until)
        {
            return await RefuseAsync(http, "locked", code, cancellation, until);
        }

        switch (await registry.AskAsync(code, names.NameOf(realName), names.NumberOf(realName), cancellation))
        {
            case RegistryAnswer.Represents(var name):
                await KeepAsync(http, code.ToString(), name, registry.Name, account, cancellation);
                await limits.ForgetAsync(LimitKind, key, cancellation);
                return new RegisterOutcome.Registered();
            case RegistryAnswer.NotRegistered:
                return await RefuseAsync(http, "not_registered", code, cancellation);
            case RegistryAnswer.RepresentsNot:
                return await RefuseAsync(http, "not_representative", code, cancellation);
            default:
                await limits.ForgetAsync(LimitKind, key, cancellation);
                return await RefuseAsync(http, "registry_unavailable", code, cancellation);
        }
    }

    public async Task<RegisterOutcome> RefuseAsync(
        HttpContext http, string reason, EntityCode? code, CancellationToken cancellation, DateTimeOffset? until = null)
    {
        db.Record(OrganisationEvents.RegistrationRefused(http, reason, code?.ToString()));
        await db.SaveChangesAsync(cancellation);
        return new RegisterOutcome.Refused(reason, until);
    }

    /// <summary>Once more when another request registered the same organisation a moment earlier: the registry's word is the same.</summary>
    private async Task KeepAsync(HttpContext http, string code, string name, string source, Guid account, CancellationToken cancellation)
    {
        try
        {
            await KeepOnceAsync(http, code, name, source, account, cancellation);
        }
        catch (DbUpdateException) when (!cancellation.IsCancellationRequested)
        {
            db.ChangeTracker.Clear();
            await KeepOnceAsync(http, code, name, source, account, cancellation);
        }
    }

    private async Task KeepOnceAsync(HttpContext http, string code, string name, string source, Guid account, CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var now = clock.GetUtcNow();
        if (await db.Organisations.SingleOrDefaultAsync(one => one.Code == code, cancellation) is { } known)
        {
            (known.Name, known.Source) = (name, source);
        }
        else
        {
            db.Organisations.Add(new Organisation { Code = code, Name = name, Source = source, RegisteredAt = now });
        }

        var before = await db.Mandates.AsNoTracking().SingleOrDefaultAsync(
            mandate => mandate.OrganisationCode == code && mandate.Kind == MandateKind.Representative && mandate.EndedAt == null, cancellation);
        if (before?.AccountId != account)
        {
            if (before is not null)
            {
                await end.OneAsync(before.Id, account, EventContext.Of(http), cancellation);
            }

            db.Mandates.Add(new Mandate
            {
                Id = Guid.CreateVersion7(now),
                OrganisationCode = code,
                AccountId = account,
                Kind = MandateKind.Representative,
                Powers = "",
                From = now,
                GivenAt = now,
            });
        }

        db.Record(OrganisationEvents.Registered(http, code));
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
    }
}
