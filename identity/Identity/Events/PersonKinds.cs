using System.Collections.Immutable;
using Backbone.Audit.Contracts;
using Backbone.Audit.Contracts.Events;

namespace Backbone.Identity.Events;

/// <summary>How more becomes known of a person: the steps to the second and third level.</summary>
internal static class PersonKinds
{
    private static readonly EventForm Change = new([EcsCategory.Iam], [EcsType.Change, EcsType.User]);
    private static readonly Wording Self = new("本人", "the person");

    public static readonly EventKind ContactVerify = new()
    {
        Module = IdentityKinds.Module,
        Action = "contact-verify",
        OnSuccess = Change,
        OnFailure = Change,
        What = new("为账号绑定已验证的联系方式", "Added a proved phone number or mailbox to the account, or was refused"),
        Who = Self,
        Reasons = ["contact_present", "contact_taken"],
    };

    public static readonly EventKind RealNameVerify = new()
    {
        Module = IdentityKinds.Module,
        Action = "real-name-verify",
        OnSuccess = Change,
        OnFailure = Change,
        What = new("实名认证", "Had name and resident identity number confirmed, or was refused"),
        Who = Self,
        Reasons =
        [
            "closed", "do_not_belong", "locked", "name_malformed", "number_malformed", "number_taken", "other_number", "source_unavailable",
        ],
        Details = ["auth.method"],
    };

    public static ImmutableArray<EventKind> All { get; } = [ContactVerify, RealNameVerify];
}
