namespace Backbone.Audit.Elasticsearch.Kibana;

/// <summary>One question people bring to Kibana: a saved search, a few charts and a dashboard are made of it.</summary>
/// <param name="Id">Part of the ids of its objects; never changes.</param>
/// <param name="Title">Chinese and English.</param>
/// <param name="Description">What it shows.</param>
/// <param name="Query">In Kibana's language, in the part of it our own search knows too.</param>
/// <param name="SplitBy">The field the histogram is split by.</param>
/// <param name="Tops">Fields whose most frequent values have a table each.</param>
/// <param name="Columns">Of the saved search.</param>
internal sealed record KibanaSubject(
    string Id, string Title, string Description, string Query, string SplitBy, IReadOnlyList<string> Tops, IReadOnlyList<string> Columns)
{
    public static IReadOnlyList<KibanaSubject> All { get; } =
    [
        new("sign-ins", "登录 Sign-ins", "Who signed in, how, and to which app.", "event.category:authentication", "event.outcome",
            ["auth.method", "auth.client.id", "event.reason"],
            ["event.action", "event.outcome", "event.reason", "user.id", "auth.client.id", "auth.method", "source.address"]),
        new("refusals", "拒绝 Refusals", "Everything that was refused or failed, and why.", "event.outcome:failure or event.type:denied", "event.action",
            ["event.action", "event.reason", "auth.client.id"],
            ["event.action", "event.reason", "user.id", "auth.client.id", "resource.id", "source.address"]),
        new("staff", "工作人员操作 Staff actions", "Changes to accounts, roles, configuration and keys; searches and views of the log.",
            "event.category:(iam or configuration) or event.action:audit-*", "event.action",
            ["event.action", "user.id", "user.target.id"],
            ["event.action", "event.outcome", "user.id", "user.target.id", "resource.type", "resource.id", "purpose.code", "purpose.reference"]),
        new("credit", "信用查询 Credit look-ups", "Who asked for whose grade, for which purpose, with which consent.", "credit.entity:*", "credit.decision",
            ["credit.entity", "purpose.code", "auth.client.id"],
            ["event.action", "credit.entity", "credit.score_band", "credit.decision", "credit.consent_id", "purpose.code", "auth.client.id", "user.id"]),
        new("certificates", "证书 Certificates", "Certificates issued and revoked, by profile and issuer.", "certificate.serial:*", "event.action",
            ["certificate.profile", "certificate.issuer", "certificate.approver"],
            ["event.action", "event.outcome", "certificate.serial", "certificate.profile", "certificate.issuer", "certificate.not_after", "certificate.approver"]),
    ];
}
