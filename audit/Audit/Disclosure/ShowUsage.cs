using System.Diagnostics;
using System.Security.Claims;
using Backbone.Audit.Console;
using Backbone.Audit.Contracts;
using Backbone.Audit.Events;
using Backbone.Audit.Searching;
using Backbone.Platform;
using Backbone.Platform.Web.Errors;
using Backbone.Platform.Web.SignIn;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Localization;

namespace Backbone.Audit.Disclosure;

/// <summary>The page "who looked at my data": the signed-in person's own entries, never another's. Showing them is an event and no look.</summary>
internal static class ShowUsage
{
    public const string Path = "/usage";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(Path, Show).WithName("audit.usage.page").RequireAuthorization(UsageSignIn.Policy);
        endpoints.MapPost(UsageSignIn.Party.SignOutPath, SignOut).WithName("audit.usage.sign-out").RequireAuthorization(UsageSignIn.Policy);
    }

    private static async Task<IResult> Show(HttpContext http, FindUsage find, IAuditTrail trail, IStringLocalizer<UsageTexts> words, TimeProvider clock)
    {
        var view = UsageView.Read(http.Request.Query);
        if (view.Wrong.Contains("page"))
        {
            return new PageProblem(Problems.BadRequest, $"page: 1 to {UsageView.MostPages}, has {view.Entered["page"].Length} characters")
            {
                Title = words["Page_Wrong"],
                Exits = [new ProblemExit(Path, words["NoMore_Link"])],
            };
        }

        if (!view.Wrong.IsEmpty)
        {
            http.Response.Headers.CacheControl = "no-store";
            return new RazorComponentResult(typeof(WhoLookedPage), new { View = view }) { StatusCode = StatusCodes.Status400BadRequest };
        }

        var subject = http.User.FindFirst("sub")!.Value;
        UsagePage usages;
        IReadOnlyList<UsageMonth> months;
        try
        {
            usages = await find.RunAsync(subject, view.Begins, view.Ends, (view.Number - 1) * UsageView.PageSize, UsageView.PageSize, http.RequestAborted);
            months = await find.MonthsAsync(subject, http.RequestAborted);
        }
        catch (IndexUnavailableException away)
        {
            return new PageProblem(Problems.Unavailable, away.Message) { Explanation = words["Away_Text"] };
        }

        return await StaffReading.AnswerAsync(
            http, trail, Shown(http.User, subject, usages, clock),
            new RazorComponentResult(typeof(WhoLookedPage), new { View = view, Usages = usages, Months = months }));
    }

    private static Task SignOut(HttpContext http) => RelyingPartySignIn.SignOutAsync(http, UsageSignIn.Party);

    private static AuditEvent Shown(ClaimsPrincipal reader, string subject, UsagePage usages, TimeProvider clock)
    {
        SubjectId? person = Guid.TryParseExact(subject, "D", out var id) ? new SubjectId(id) : null;
        var shown = AuditKinds.FindUsage.Occurred(clock).With("resource.count", usages.Usages.Count) with
        {
            ClientId = UsageSignIn.ClientId,
            TraceId = Activity.Current?.TraceId.ToHexString(),
            Session = Guid.TryParseExact(reader.FindFirst("sid")?.Value, "D", out var session) ? new SessionId(session) : null,
            Subject = person,
            Target = person,
        };
        return person is null ? shown.With("subject.id", subject) : shown;
    }
}
