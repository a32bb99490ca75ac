using System.Globalization;
using Backbone.Platform.Web.Components;
using Microsoft.AspNetCore.Http;

namespace Backbone.Credit.Cases.Desk;

/// <summary>What an officer typed; nothing of it is believed.</summary>
/// <param name="Seen">The version of the case that the page showed; -1 when it is none.</param>
/// <param name="Days">Of an extension, as typed.</param>
/// <param name="Fields">Of a correction, by the names a program would use.</param>
internal sealed record DeskForm(CaseAct? Act, int Seen, string Reason, Remedy Remedy, string Days, IReadOnlyDictionary<string, string> Fields)
{
    /// <summary>The field of an extension's reasons: it stands on a page beside that of the decision.</summary>
    public const string ExtendReason = "extend-reason";

    private const string Prefix = "fact-";

    public static DeskForm Read(IFormCollection form)
    {
        CaseAct? act = form["act"].ToString() switch
        {
            "refer" => CaseAct.Refer,
            "accept" => CaseAct.Accept,
            "propose" => CaseAct.Propose,
            "return" => CaseAct.Return,
            "approve" => CaseAct.Approve,
            "reject" => CaseAct.Reject,
            "extend" => CaseAct.Extend,
            _ => null,
        };
        var remedy = form["remedy"].ToString() switch
        {
            "correction" => Remedy.Correction,
            "withdrawal" => Remedy.Withdrawal,
            "repair" => Remedy.Repair,
            _ => Remedy.None,
        };
        return new(
            act,
            int.TryParse(form["seen"], NumberStyles.None, CultureInfo.InvariantCulture, out var seen) ? seen : -1,
            form[act == CaseAct.Extend ? ExtendReason : "reason"].ToString().ReplaceLineEndings("\n").Trim(),
            remedy,
            form["days"].ToString().Trim(),
            form.Where(field => field.Key.StartsWith(Prefix, StringComparison.Ordinal)).Take(20)
                .ToDictionary(field => field.Key[Prefix.Length..], field => field.Value.ToString(), StringComparer.Ordinal));
    }
}

/// <param name="Effect">What the decision did to the grade, where it changed the record.</param>
/// <param name="Done">What was just done.</param>
/// <param name="Form">What came back with errors.</param>
/// <param name="MostMore">Working days by which its time may be lengthened.</param>
/// <param name="MayOpenFiles">Not where they are sealed with the fact.</param>
internal sealed record DeskModel(
    CaseView View, ScoreChange? Effect, CaseActor Officer, string? Done, DeskForm? Form, IReadOnlyList<FieldError> Errors, int MostMore, bool MayOpenFiles)
{
    public bool MayExtend => May(CaseAct.Extend) && View.Case.ExtendedAt is null && !View.Clock.IsOverdue;

    /// <summary>What the form of the decision gets back: not the words of another.</summary>
    public DeskForm? Decided => Form?.Act == CaseAct.Extend ? null : Form;

    public bool May(CaseAct act) => CaseRules.May(View.Case, act);

    public bool IsProposer => View.Case.ProposedBy == Officer.Person;

    public string? ErrorOf(string field) => Errors.FirstOrDefault(error => error.FieldId == field)?.Message;

    public string? ErrorFor(CaseAct act, string field) => Form?.Act == act ? ErrorOf(field) : null;

    public string? ReasonOf(CaseAct act) => Form?.Act == act ? Form.Reason : null;
}
