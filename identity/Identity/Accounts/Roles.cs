namespace Backbone.Identity.Accounts;

/// <summary>What staff may do beyond a citizen. The ids are part of the schema and never change.</summary>
internal static class Roles
{
    /// <summary>Runs the system: configuration, accounts. One of the three that exclude one another.</summary>
    public const string SystemAdministrator = "system-administrator";

    /// <summary>Decides rights and policy. One of the three that exclude one another.</summary>
    public const string SecurityAdministrator = "security-administrator";

    /// <summary>Reads the audit log. One of the three that exclude one another.</summary>
    public const string AuditAdministrator = "audit-administrator";

    /// <summary>Adds and changes apps of the catalogue.</summary>
    public const string Operator = "operator";

    /// <summary>Decides objections to credit facts, and their repair.</summary>
    public const string CreditOfficer = "credit-officer";

    /// <summary>Hands in and approves the policy packs by which organisations are graded.</summary>
    public const string CreditPolicy = "credit-policy";

    /// <summary>Brings files of facts into the credit record.</summary>
    public const string CreditClerk = "credit-clerk";

    /// <summary>Is told of objections, repairs and replies that are overdue, and who is to work on them.</summary>
    public const string CreditSupervisor = "credit-supervisor";

    /// <summary>Every staff account.</summary>
    public const string Staff = "staff";

    public static IReadOnlyList<Role> Administrators { get; } =
    [
        new(new Guid("0196a1f0-0000-7000-8000-000000000001"), SystemAdministrator),
        new(new Guid("0196a1f0-0000-7000-8000-000000000002"), SecurityAdministrator),
        new(new Guid("0196a1f0-0000-7000-8000-000000000003"), AuditAdministrator),
    ];

    public static IReadOnlyList<Role> All { get; } =
    [
        .. Administrators,
        new(new Guid("0196a1f0-0000-7000-8000-000000000004"), Operator),
        new(new Guid("0196a1f0-0000-7000-8000-000000000005"), Staff),
        new(new Guid("0196a1f0-0000-7000-8000-000000000006"), CreditOfficer),
        new(new Guid("0196a1f0-0000-7000-8000-000000000007"), CreditPolicy),
        new(new Guid("0196a1f0-0000-7000-8000-000000000008"), CreditClerk),
        new(new Guid("0196a1f0-0000-7000-8000-000000000009"), CreditSupervisor),
    ];

    /// <summary>True when the roles may meet in one account: at most one of the three administrators.</summary>
    public static bool MayMeet(IEnumerable<string> roles) =>
        roles.Distinct(StringComparer.Ordinal).Count(role => Administrators.Any(administrator => administrator.Name == role)) <= 1;
}

internal sealed record Role(Guid Id, string Name);
