using Backbone.Platform.Web.Errors;

namespace Backbone.Identity.Organisations;

/// <summary>What the pages of organisations refuse.</summary>
internal static class OrganisationProblems
{
    public static readonly Problem LastRepresentative =
        new("identity", "last-representative", 409, "An organisation must keep its legal representative.");

    public static readonly Problem NoMandate = new("identity", "no-mandate", 403, "The person has no powers for this organisation.");
}
