namespace Backbone.Platform.Web.Console;

/// <summary>
/// The three administrators of the classified-protection scheme (MLPS) as they stand in the <c>role</c> claim. No account has two of them.
/// </summary>
public static class ConsoleRoles
{
    public const string System = "system-administrator";

    public const string Security = "security-administrator";

    public const string Audit = "audit-administrator";

    public static IReadOnlyList<string> All { get; } = [Audit, Security, System];

    /// <summary>Decides objections to credit facts and their repair. None of the administrators: it is work, and no power over the system.</summary>
    public const string CreditOfficer = "credit-officer";

    /// <summary>Hands in and approves policy packs. Others than those who decide about one organisation: the same people would set the rule and apply it.</summary>
    public const string CreditPolicy = "credit-policy";

    /// <summary>Brings files of facts into the credit record, and decides nothing about it.</summary>
    public const string CreditClerk = "credit-clerk";

    /// <summary>Stands above credit officers: is told what they left undone, and says who is to do it. Decides no case.</summary>
    public const string CreditSupervisor = "credit-supervisor";

    /// <summary>Whoever has pages here.</summary>
    public static IReadOnlyList<string> Known { get; } = [.. All, CreditOfficer, CreditPolicy, CreditClerk, CreditSupervisor];
}

/// <summary>Authorization policies of console pages; each lets in one administrator, or who does one work.</summary>
public static class ConsolePolicies
{
    /// <summary>Any of the three, and whoever else has pages here.</summary>
    public const string Any = "console";

    public const string Audit = "console.audit";

    public const string Security = "console.security";

    public const string System = "console.system";

    public const string Credit = "console.credit";

    public const string CreditPolicy = "console.credit-policy";

    public const string CreditFacts = "console.credit.facts";

    public const string CreditSupervision = "console.credit.supervision";
}

/// <summary>
/// One page of the console, as <c>/console</c> offers it to those who may open it. A module registers a singleton per page.
/// </summary>
/// <param name="Href">Local path.</param>
/// <param name="Policy">The policy of the page: who sees the link.</param>
/// <param name="Chinese">What a person does there, in Chinese.</param>
/// <param name="English">The same in English.</param>
public sealed record ConsoleLink(string Href, string Policy, string Chinese, string English);
