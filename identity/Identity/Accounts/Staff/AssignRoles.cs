using Backbone.Identity.Events;
using Backbone.Identity.Sessions;
using Backbone.Identity.Storage;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Identity.Accounts.Staff;

internal enum AssignOutcome
{
    Assigned,
    UnknownRole,
    CitizenAccount,
    AdministratorsExclude,
}

/// <summary>
/// Sets the roles of a staff account. No web page reaches it: roles come from the seed and the operator's <c>host staff roles</c>. The database
/// refuses two administrator roles on its own (<see cref="RoleRules"/>); here the refusal gets its reason and its event.
/// A role that is taken away ends the account's sessions: pages of ours hear of that within five seconds, and other apps at their next refresh.
/// </summary>
internal sealed class AssignRoles(IdentityDb db, EndSessions end)
{
    public async Task<AssignOutcome> HandleAsync(
        Account account, IReadOnlyCollection<string> roles, EventContext context, Guid? actor, CancellationToken cancellation)
    {
        if (Check(account.Kind, roles) is var outcome and not AssignOutcome.Assigned)
        {
            db.Record(IdentityEvents.RolesRefused(context, actor, account.Id, ReasonOf(outcome)));
            await db.SaveChangesAsync(cancellation);
            return outcome;
        }

        var wanted = Roles.All.Where(role => roles.Contains(role.Name)).Select(role => role.Id).ToList();
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
    /// <summary>Whether an account of this kind may have exactly these roles.</summary>
    public static AssignOutcome Check(AccountKind kind, IReadOnlyCollection<string> roles) =>
        roles.Any(name => Roles.All.All(role => role.Name != name)) ? AssignOutcome.UnknownRole
        : kind != AccountKind.Staff ? AssignOutcome.CitizenAccount
        : !Roles.MayMeet(roles) ? AssignOutcome.AdministratorsExclude
        : AssignOutcome.Assigned;

    private static string ReasonOf(AssignOutcome refused) => refused switch
    {
        AssignOutcome.UnknownRole => "unknown_role",
        AssignOutcome.CitizenAccount => "citizen_account",
        _ => "administrators_exclude_each_other",
    };
}
