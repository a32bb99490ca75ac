using Backbone.Credit.Facts;
using Backbone.Platform.Web.Programs;

namespace Backbone.Credit.Telling;

internal enum NoticeState
{
    Waiting,
    Overdue,
    Acknowledged,
}

/// <summary>A notice as a page shows it.</summary>
/// <param name="State">As of today, and not as it was last noted.</param>
/// <param name="Program">What the program is called.</param>
/// <param name="Owner">Who answers for it; empty where nobody is known.</param>
/// <param name="MayAsk">False: it can neither fetch nor acknowledge it any more, and is to be told otherwise.</param>
internal sealed record NoticeLine(Notice Notice, NoticeState State, string Program, string Owner, bool MayAsk);

/// <summary>Names programs, and says what may be expected of them, as the catalogue has it now.</summary>
internal sealed class ProgramWords(IEnumerable<AppNames> catalogues, IEnumerable<ProgramScopes> scopes, TimeProvider clock)
{
    public (string Name, string Owner) NameOf(string client) =>
        catalogues.Select(catalogue => catalogue.Find(client)).FirstOrDefault(found => found is not null) is { } app ? (app.Name, app.Owner) : (client, "");

    public bool MayAsk(string client) => scopes.All(catalogue => catalogue.May(client, CreditPrograms.ReadScope));

    public NoticeLine Of(Notice notice)
    {
        var (name, owner) = NameOf(notice.Client);
        var state = notice.AcknowledgedAt is not null ? NoticeState.Acknowledged
            : notice.DueOn < ChinaDay.Today(clock) ? NoticeState.Overdue
            : NoticeState.Waiting;
        return new(notice, state, name, owner, MayAsk(notice.Client));
    }
}
