using System.Globalization;
using Backbone.Credit.Cases.Desk;
using Backbone.Credit.Storage;
using Backbone.Platform.Web.Errors;
using Backbone.Platform.Web.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Credit.Telling.Desk;

/// <summary>
/// One program at a credit officer's desk: its messages that were not taken yet, its subscriptions, and a button that has the messages sent again. Of addresses no
/// more than scheme, host and port is shown: programs put passwords into the rest.
/// </summary>
internal static class WorkProgram
{
    private const string Path = TellingPaths.DeskPrograms + "/{client}";

    private const int PageSize = 50;

    private const int MostPages = 200;

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(Path, Show).WithName("credit.desk.webhook").RequireAuthorization(ListNotices.Policy);
        endpoints.MapPost(Path + "/send-again", Again).WithName("credit.desk.webhook.send-again").RequireAuthorization(ListNotices.Policy);
    }

    private static async Task<IResult> Show(HttpContext http, string client, string? show, string? done, int? page, CreditDb db, ProgramWords words, TimeProvider clock)
    {
        var number = page ?? 1;
        if (number is < 1 or > MostPages || show is not (null or "" or "subscriptions"))
        {
            return new PageProblem(Problems.BadRequest, $"page: 1 to {MostPages}; show: subscriptions");
        }

        var (now, skip) = (clock.GetUtcNow(), (number - 1) * PageSize);
        var secret = await db.WebhookSecrets.AsNoTracking().SingleOrDefaultAsync(one => one.Client == client, http.RequestAborted);
        var open = db.Deliveries.AsNoTracking().Where(one => one.Client == client && (one.State == DeliveryState.Waiting || one.State == DeliveryState.Parked))
            .ForAllOrganisations("messages of a program");
        if (secret is null && !await open.AnyAsync(http.RequestAborted))
        {
            return new PageProblem(Problems.NotFound);
        }

        List<MessageLine> messages = [];
        List<Subscription> subscriptions = [];
        if (show == "subscriptions")
        {
            subscriptions = await db.Subscriptions.AsNoTracking().Where(one => one.Client == client && one.EndedAt == null && one.Until > now)
                .OrderByDescending(one => one.Id).Skip(skip).Take(PageSize + 1).ForAllOrganisations("subscriptions of a program").ToListAsync(http.RequestAborted);
        }
        else
        {
            messages = await open.OrderByDescending(one => one.State).ThenBy(one => one.Id).Skip(skip).Take(PageSize + 1)
                .Select(one => new MessageLine(one.Entity, one.Type, one.Receiver, one.At, one.State, one.Failures, one.Failure, one.NextAt)).ToListAsync(http.RequestAborted);
        }

        var (name, owner) = words.NameOf(client);
        http.Response.Headers.CacheControl = "no-store";
        return new RazorComponentResult(typeof(ProgramPage), new
        {
            Data = new ProgramModel(
                client, name, owner, words.MayAsk(client), secret?.NoticeTarget is { } target ? TellSubscribers.ReceiverOf(target) : null,
                await open.CountAsync(one => one.State == DeliveryState.Parked || one.Failures > 0, http.RequestAborted),
                show ?? "", number, Math.Max(messages.Count, subscriptions.Count) > PageSize && number < MostPages,
                [.. messages.Take(PageSize)], [.. subscriptions.Take(PageSize)], int.TryParse(done, out var count) && count >= 0 ? count : null),
        });
    }

    private static async Task<IResult> Again(HttpContext http, string client, CreditDb db, TimeProvider clock)
    {
        if (Officer.Of(http.User) is not { } officer)
        {
            return new PageProblem(Problems.Forbidden, "The sign-in names no person of this system.");
        }

        var count = await SendAgain.RunAsync(db, client, officer, clock, http.RequestAborted);
        return new SeeOther(string.Create(CultureInfo.InvariantCulture, $"{TellingPaths.DeskOf(client)}?done={count}"));
    }
}

/// <param name="Receiver">Scheme, host and port.</param>
internal sealed record MessageLine(
    string Entity, string Type, string Receiver, DateTimeOffset At, DeliveryState State, int Failures, string Failure, DateTimeOffset NextAt);

/// <param name="Receiver">Where notices go, scheme, host and port; null where the program set no address for them.</param>
/// <param name="Failed">Messages that were given up, or failed and are tried again.</param>
/// <param name="Done">How many were just set on their way again.</param>
internal sealed record ProgramModel(
    string Client, string Name, string Owner, bool MayAsk, string? Receiver, int Failed, string Show, int Page, bool HasNext,
    IReadOnlyList<MessageLine> Messages, IReadOnlyList<Subscription> Subscriptions, int? Done)
{
    public string Address(string show, int page = 1)
    {
        var path = TellingPaths.DeskOf(Client);
        return (show, page) switch
        {
            ("", 1) => path,
            ("", _) => $"{path}?page={page}",
            (_, 1) => $"{path}?show={show}",
            _ => $"{path}?show={show}&page={page}",
        };
    }
}
