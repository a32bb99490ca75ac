using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Backbone.Identity.Notices;
using Backbone.Platform.Web.Pages;

namespace Backbone.Identity.Register;

/// <summary>
/// The journeys that begin with a code: a new account, a new password, a further address of an account. They differ in who gets the code: an
/// address without an account, or one with. The steps, the pages and the work are the same for both kinds of address (no account can be found out here).
/// </summary>
/// <param name="Name">Part of the endpoint names and of the text keys.</param>
/// <param name="Purpose">A code sent for one journey is refused in the other.</param>
internal sealed record JourneyKind(string Name, string Purpose, NoticeKind WithCode, NoticeKind WithoutCode)
{
    public static readonly JourneyKind Register = new("register", "register", NoticeKind.RegisterCode, NoticeKind.RegisterKnown);

    public static readonly JourneyKind Reset = new("reset", "recover", NoticeKind.ResetCode, NoticeKind.ResetUnknown);

    /// <summary>A signed-in person proves another address; it must be nobody else's.</summary>
    public static readonly JourneyKind Contact = new("contact", "contact", NoticeKind.ContactCode, NoticeKind.ContactKnown);

    public string Start => IsForSignedIn ? $"/account/{Name}" : $"/{Name}";

    public string Verify => $"{Start}/verify";

    public string Resend => $"{Start}/resend";

    /// <summary>The last step: a password, or that the address shall belong to the account.</summary>
    public string Password => IsForSignedIn ? $"{Start}/confirm" : $"{Start}/password";

    /// <summary>Whether the journey belongs to an account that is signed in.</summary>
    public bool IsForSignedIn => Name == "contact";

    /// <summary>Whether an address with an account is the one that gets the code.</summary>
    public bool ForKnown => this == Reset;

    /// <summary>The journey of an endpoint mapped with it.</summary>
    public static JourneyKind Of(HttpContext http) => http.GetEndpoint()!.Metadata.GetRequiredMetadata<JourneyKind>();

    /// <summary>Where the person goes at the end; travels in the query of every step, checked at every step.</summary>
    public static string ReturnOf(HttpContext http) => LocalPath.OrRoot(http.Request.Query["return"]);

    /// <summary>The step's address, with the return path unless it is the portal.</summary>
    public static string At(string path, string back) => back == "/" ? path : QueryHelpers.AddQueryString(path, "return", back);
}

internal static class JourneyAccess
{
    /// <summary>Open to everybody, or to who is signed in, as the journey is.</summary>
    public static RouteHandlerBuilder ForWhom(this RouteHandlerBuilder endpoint, JourneyKind kind) =>
        kind.IsForSignedIn ? endpoint.RequireAuthorization() : endpoint.AllowAnonymous();
}
