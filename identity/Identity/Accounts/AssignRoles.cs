using Backbone.Identity.Events;
using Backbone.Identity.Sessions;
using Backbone.Identity.Storage;
using Backbone.Audit.Contracts;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Identity.Accounts;

internal enum AssignOutcome
{
    Assigned,
    UnknownRole,
    CitizenAccount,
    AdministratorsExclude,
}

/// <summary>
/// Sets the roles of a staff account. No web page reaches it: roles come from the seed and the operator's command line. The database
/// refuses two administrator roles on its own (<see cref="RoleRules"/>); here the refusal gets its reason and its event.
/// A role that is taken away ends the account's sessions: pages of ours hear of that within five seconds, and other apps at their next refresh.
/// </summary>
internal sealed class AssignRoles(IdentityDb db, EndSessions end, IAuditTrail trail)
{
    public async Task<AssignOutcome> HandleAsync(
        Account account, IReadOnlyCollection<string> roles, EventContext context, Guid? actor, CancellationToken cancellation)
    {
        var wanted = Roles.All.Where(role => roles.Contains(role.Name)).Select(role => role.Id).ToList();
        var refusal = wanted.Count != roles.Distinct(StringComparer.Ordinal).Count() ? (AssignOutcome.UnknownRole, "unknown_role")
            : account.Kind != AccountKind.Staff ? (AssignOutcome.CitizenAccount, "citizen_account")
            : !Roles.MayMeet(roles) ? (AssignOutcome.AdministratorsExclude, "administrators_exclude_each_other")
            : ((AssignOutcome, string)?)null;
        if (refusal is var (outcome, reason))
        {
            await trail.AppendAsync(IdentityEvents.RolesRefused(context, actor, account.Id, reason), cancellation);
            return outcome;
        }

        var present = await db.UserRoles.Where(assignment => assignment.UserId == account.Id).ToListAsync(cancellation);
        var taken = present.Where(assignment => !wanted.Contains(assignment.RoleId)).ToList();
        await using var transaction = db.Database.CurrentTransaction is null ? await db.Database.BeginTransactionAsync(cancellation) : null;
        db.UserRoles.RemoveRange(taken);
        db.UserRoles.AddRange(wanted.Except(present.Select(assignment => assignment.RoleId))
            .Select(role => new IdentityUserRole<Guid> { UserId = account.Id, RoleId = role }));
        db.Record(IdentityEvents.RolesAssigned(context, actor, account.Id, roles));
        await db.SaveChangesAsync(cancellation);
        if (taken.Count > 0)
        {
            await end.AllAsync(account.Id, SessionEnd.Administrator, context, cancellation);
        }

        if (transaction is not null)
        {
            await transaction.CommitAsync(cancellation);
        }

        if (taken.Count > 0)
        {
            // Once more: a sign-in that came in between had read the roles of before.
            await end.AllAsync(account.Id, SessionEnd.Administrator, context, cancellation);
        }

        return AssignOutcome.Assigned;
    }
}
