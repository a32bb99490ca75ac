using Backbone.Platform.Web.Errors;

namespace Backbone.Credit;

/// <summary>What the credit record refuses.</summary>
internal static class CreditProblems
{
    public static readonly Problem BadTarget = new("credit", "bad-target", 422, "Messages are sent to public addresses over https.");

    public static readonly Problem DrawingBusy = new("credit", "drawing-busy", 503, "Other reports are being drawn; ask again in a moment.");

    public static readonly Problem NaturalPerson = new("credit", "natural-person", 422, "Natural persons and individual businesses are neither recorded nor scored.");

    public static readonly Problem NoBasis = new("credit", "basis-required", 400, "A credit record is opened only by a law that is named.");

    public static readonly Problem NoCode = new("credit", "no-code", 400, "This is no unified social credit code.");

    public static readonly Problem NoPaperFont = new("credit", "no-paper-font", 503, "No report can be given out as PDF: there is no font for it.");

    public static readonly Problem NoPurpose = new("credit", "purpose-required", 400, "A credit record is opened only for a purpose that is declared.");

    public static readonly Problem NoSecret = new("credit", "no-secret", 409, "There is no secret yet that messages are signed with.");

    public static readonly Problem NotPublished = new("credit", "not-published", 404, "No grade of this organisation is published; that is no grade, good or bad.");

    public static readonly Problem SecretChanged = new("credit", "secret-changed", 409, "The secret was changed meanwhile.");

    public static readonly Problem TooManySubscriptions = new("credit", "too-many-subscriptions", 409, "The program has as many subscriptions as it may.");

    public static readonly Problem UnknownOrganisation = new("credit", "unknown-organisation", 404, "Nothing is recorded of this organisation; that is no grade.");

    public static readonly Problem UnknownPurpose = new("credit", "unknown-purpose", 400, "The policy pack in force knows no such purpose.");
}
