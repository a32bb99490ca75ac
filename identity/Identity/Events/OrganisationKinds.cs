using System.Collections.Immutable;
using Backbone.Audit.Contracts;
using Backbone.Audit.Contracts.Events;

namespace Backbone.Identity.Events;

/// <summary>What happens to organisations and to the mandates of those who act for them. The organisation is <c>subject.id</c>, its code.</summary>
internal static class OrganisationKinds
{
    private static readonly EventForm Creation = new([EcsCategory.Iam], [EcsType.Creation, EcsType.Group]);
    private static readonly EventForm Change = new([EcsCategory.Iam], [EcsType.Change, EcsType.User]);
    private static readonly EventForm Choice = new([EcsCategory.Session], [EcsType.Info]);
    private static readonly EventForm Use = new([EcsCategory.Api], [EcsType.Access, EcsType.Denied]);
    private static readonly string[] Organisation = ["subject.id", "subject.kind"];
    private static readonly string[] MandateDetails = [.. Organisation, "resource.id", "resource.ids", "resource.type"];

    public static readonly EventKind Register = new()
    {
        Module = IdentityKinds.Module,
        Action = "organisation-register",
        OnSuccess = Creation,
        OnFailure = Creation,
        What = new("法定代表人登记组织", "A legal representative registered an organisation, or was refused"),
        Who = new("登记的人；组织见 subject.id", "who registers; the organisation: subject.id"),
        Reasons =
        [
            "closed", "code_malformed", "level", "locked", "natural_person", "not_registered", "not_representative", "registry_unavailable",
        ],
        Details = [.. Organisation],
    };

    public static readonly EventKind MandateGive = new()
    {
        Module = IdentityKinds.Module,
        Action = "mandate-give",
        OnSuccess = Change,
        OnFailure = Change,
        What = new("授予代办权限", "Powers to act for an organisation were given, or refused"),
        Who = new("授予者；获授者见 user.target.id，组织见 subject.id", "who gives; to whom: user.target.id; the organisation: subject.id"),
        Reasons = ["beyond_own_time", "locked", "malformed", "not_theirs_to_give", "self", "unknown_person", "wider_than_own"],
        Details = [.. MandateDetails],
    };

    public static readonly EventKind MandateEnd = new()
    {
        Module = IdentityKinds.Module,
        Action = "mandate-end",
        OnSuccess = new([EcsCategory.Iam], [EcsType.Deletion, EcsType.User]),
        OnFailure = new([EcsCategory.Iam], [EcsType.Deletion, EcsType.User]),
        What = new("撤回代办权限", "Powers to act for an organisation ended, or could not be ended"),
        Who = new(
            "撤回者，与 user.target.id 相同时为本人放弃；组织见 subject.id", "who ends them, laid down when the same as user.target.id; the organisation: subject.id"),
        Reasons = ["last_representative", "not_theirs_to_end"],
        Details = [.. MandateDetails],
    };

    public static readonly EventKind ActingChoose = new()
    {
        Module = IdentityKinds.Module,
        Action = "acting-choose",
        OnSuccess = Choice,
        OnFailure = Choice,
        What = new("选择为谁办事", "Chose whom to act for, or was refused"),
        Who = new("本人；组织见 subject.id，没有时为本人自己", "the person; the organisation: subject.id, none for themselves"),
        Reasons = ["no_mandate"],
        Details = [.. Organisation],
    };

    public static readonly EventKind ActingUse = new()
    {
        Module = IdentityKinds.Module,
        Action = "acting-use",
        OnSuccess = new([EcsCategory.Api], [EcsType.Access, EcsType.Allowed]),
        OnFailure = Use,
        What = new("以组织名义进入应用，或已失效的权限被拒绝", "An app was entered in an organisation's name; or powers no longer in force were refused"),
        Who = new("代办的人；应用见 auth.client.id，组织见 subject.id", "who acts; the app: auth.client.id; the organisation: subject.id"),
        Reasons = ["not_in_force"],
        Details = [.. Organisation, "resource.ids"],
    };

    public static ImmutableArray<EventKind> All { get; } = [Register, MandateGive, MandateEnd, ActingChoose, ActingUse];
}
