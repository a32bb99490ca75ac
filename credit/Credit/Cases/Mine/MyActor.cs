using System.Security.Claims;
using Backbone.Credit.Enterprise;
using Backbone.Platform;
using Backbone.Platform.Web.SignIn;

namespace Backbone.Credit.Cases.Mine;

/// <summary>Who acts at an organisation's own pages, as the log knows them.</summary>
internal static class MyActor
{
    public static CaseActor Of(ClaimsPrincipal reader) => new(
        ActingOrganisation.Of(reader)!.Person!.Value.Value,
        EnterpriseSignIn.ClientId,
        IsOrganisation: true,
        Guid.TryParseExact(reader.FindFirst("sid")?.Value, "D", out var session) ? new SessionId(session) : null);

    public static bool May(this ActingOrganisation acting, CaseKind kind) =>
        acting.May(kind == CaseKind.Objection ? EnterpriseSignIn.ObjectPower : EnterpriseSignIn.RepairPower);
}
