using Backbone.Credit.Cases;
using Backbone.Credit.PriorNotices;
using Backbone.Credit.Storage;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Credit.Supervision;

/// <summary>What was left undone and told to the supervisor: an objection or repair, or what an organisation said about a notice. One of the two.</summary>
internal sealed record Matter(CaseRow? Case, PriorNotice? Notice)
{
    public string Entity => Case?.Entity ?? Notice!.Entity;

    public Guid Id => Case?.Id ?? Notice!.Id;

    /// <summary>As texts name it: <c>Objection</c>, <c>Repair</c> or <c>Notice</c>.</summary>
    public string Kind => Case?.Kind.ToString() ?? "Notice";

    /// <summary>What the organisation says.</summary>
    public string Said => Case?.Grounds ?? Notice!.AnswerText ?? "";

    public DateOnly DueOn => Case?.DueOn ?? Notice!.DueOn;

    public DateTimeOffset? EscalatedAt => Case is null ? Notice!.EscalatedAt : Case.EscalatedAt;

    public int Version => Case?.Version ?? Notice!.Version;

    /// <summary>Told to the supervisor, and still undone.</summary>
    public bool IsWaiting => EscalatedAt is not null
        && (Case?.IsOpen ?? Notice is { Answer: NoticeAnswer.Statement or NoticeAnswer.Repair, RepliedAt: null });

    public Guid? AssignedTo
    {
        get => Case is null ? Notice!.AssignedTo : Case.AssignedTo;
        set
        {
            if (Case is null)
            {
                Notice!.AssignedTo = value;
            }
            else
            {
                Case.AssignedTo = value;
            }
        }
    }

    /// <returns>Null when the entity has none of this id, or it was never told to the supervisor.</returns>
    public static async Task<Matter?> FindAsync(CreditDb db, string entity, Guid id, CancellationToken cancellation)
    {
        var row = await db.Cases.SingleOrDefaultAsync(one => one.Entity == entity && one.Id == id, cancellation);
        var notice = row is null ? await db.PriorNotices.SingleOrDefaultAsync(one => one.Entity == entity && one.Id == id, cancellation) : null;
        return (row is null && notice is null) || (row?.EscalatedAt ?? notice?.EscalatedAt) is null ? null : new Matter(row, notice);
    }

    /// <summary>The next version, as every step makes it.</summary>
    public void Move()
    {
        if (Case is null)
        {
            Notice!.Version++;
        }
        else
        {
            Case.Version++;
        }
    }
}
