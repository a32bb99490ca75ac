using Backbone.Audit.Outbox;
using Backbone.Credit.Events;
using Backbone.Credit.Facts;
using Backbone.Credit.Packs.Keeping;
using Backbone.Credit.Reports;
using Backbone.Credit.Storage;
using Backbone.Platform.Web.Errors;
using Backbone.Platform.Web.Programs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Credit.Telling;

/// <summary>
/// /credit/v1/subscriptions: what a program wants to be told of by itself. It may subscribe to what it may ask for: with the same scope, for a purpose and
/// by a law that it names, of an organisation of which something is recorded. Each subscription, its end and each refusal is an event.
/// </summary>
internal static class Subscribe
{
    public const string Path = "/credit/v1/subscriptions";

    public const string KeysPath = "/credit/v1/webhook-keys";

    /// <summary>Open ones of one program.</summary>
    public const int Most = 100_000;

    private const int PageSize = 100;

    /// <summary>How long a former secret signs too.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromDays(1);

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup(Path).RequireAuthorization(CreditPrograms.Read).DisableAntiforgery().AddEndpointFilter(AwayAsync);
        group.MapPost("", New).WithName("credit.subscriptions.new").WithMetadata(new RequestSizeLimitAttribute(ReadSubscription.MostBytes));
        group.MapGet("", List).WithName("credit.subscriptions");
        group.MapDelete("/{entity}/{id}", End).WithName("credit.subscriptions.end");
        group.MapPost("/secret", Secret).WithName("credit.subscriptions.secret");
        group.MapPost("/send-again", Again).WithName("credit.subscriptions.send-again");
        endpoints.MapGet(KeysPath, Keys).WithName("credit.webhook-keys").AllowAnonymous();
    }

    public static async ValueTask<object?> AwayAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        context.HttpContext.Response.Headers.CacheControl = "no-store";
        try
        {
            return await next(context);
        }
        catch (Exception away) when (StoreAway.Is(away) && away is not DbUpdateConcurrencyException)
        {
            context.HttpContext.Response.Headers.RetryAfter = "5";
            return new PageProblem(Problems.Unavailable, "The store of facts does not answer.");
        }
    }

    private static async Task<IResult> New(HttpContext http, PacksInForce packs, Reachable reachable, CreditDb db, TimeProvider clock)
    {
        var client = CallingProgram.Of(http.User)!.ClientId;
        var form = await ReadSubscription.FormAsync(http);
        var (question, refusal) = ReadSubscription.Read(form, packs, reachable, clock);
        refusal ??= await RefusalAsync(client, question!, db, clock, http.RequestAborted);
        if (refusal is not null)
        {
            var entity = refusal.Entity.IsNone ? null : refusal.Entity.ToString();
            db.Record(TellingKinds.Of(TellingKinds.Subscribe, client, entity, clock, refusal.Reason));
            await db.SaveChangesAsync(http.RequestAborted);
            return new PageProblem(refusal.Problem, refusal.Detail);
        }

        var (row, isNew) = await KeepAsync(client, question!, form!, db, clock, http.RequestAborted);
        return Results.Json(SubscriptionAnswer.Of(row), TellingJson.Default.SubscriptionAnswer, statusCode: isNew ? StatusCodes.Status201Created : StatusCodes.Status200OK);
    }

    private static async Task<QuestionRefusal?> RefusalAsync(string client, AskedQuestion question, CreditDb db, TimeProvider clock, CancellationToken cancellation)
    {
        var (entity, now) = (question.Entity.ToString(), clock.GetUtcNow());
        return !await db.Facts.AnyAsync(fact => fact.Entity == entity, cancellation)
                ? new(CreditProblems.UnknownOrganisation, QueryReasons.UnknownOrganisation, $"entity: {entity}", question.Entity)
            : !await db.WebhookSecrets.AnyAsync(one => one.Client == client, cancellation)
                ? new(CreditProblems.NoSecret, SubscribeReasons.NoSecret, $"POST {Path}/secret first", question.Entity)
            : await db.Subscriptions.ForAllOrganisations("subscriptions of a program")
                .CountAsync(one => one.Client == client && one.EndedAt == null && one.Until > now, cancellation) >= Most
                ? new(CreditProblems.TooManySubscriptions, SubscribeReasons.TooMany, $"at most {Most} open subscriptions", question.Entity)
            : null;
    }

    /// <summary>The same again renews it.</summary>
    private static async Task<(Subscription Row, bool IsNew)> KeepAsync(
        string client, AskedQuestion question, SubscriptionForm form, CreditDb db, TimeProvider clock, CancellationToken cancellation)
    {
        var (entity, now) = (question.Entity.ToString(), clock.GetUtcNow());
        var (grades, facts) = (form.Changes!.Contains("grade"), form.Changes!.Contains("facts"));
        var row = await db.Subscriptions.FirstOrDefaultAsync(
            one => one.Entity == entity && one.Client == client && one.EndedAt == null && one.Until > now && one.Purpose == question.Score.Purpose
                && one.Basis == question.Basis && one.Target == form.Target && one.Grades == grades && one.Facts == facts,
            cancellation);
        var isNew = row is null;
        row ??= db.Subscriptions.Add(new Subscription
        {
            Entity = entity,
            Id = Guid.CreateVersion7(now),
            Client = client,
            Purpose = question.Score.Purpose,
            Basis = question.Basis,
            Target = form.Target!,
            Grades = grades,
            Facts = facts,
            At = now,
        }).Entity;
        row.Until = now.AddDays(Subscription.Days);
        db.Record(TellingKinds.Of(TellingKinds.Subscribe, row, clock));
        await db.SaveChangesAsync(cancellation);
        return (row, isNew);
    }

    private static async Task<IResult> List(HttpContext http, [FromQuery] string? after, CreditDb db)
    {
        var client = CallingProgram.Of(http.User)!.ClientId;
        var from = Guid.Empty;
        if (after is not null && !Guid.TryParseExact(after, "D", out from))
        {
            return new PageProblem(Problems.BadRequest, "after: the next of the page before");
        }

        var rows = await db.Subscriptions.AsNoTracking().Where(one => one.Client == client && one.Id > from)
            .OrderBy(one => one.Id).Take(PageSize + 1).ForAllOrganisations("subscriptions of a program").ToListAsync(http.RequestAborted);
        var page = rows.Take(PageSize).ToList();
        var (entities, ids) = (page.Select(one => one.Entity).Distinct().ToList(), page.Select(one => one.Id).ToList());
        var open = await db.Deliveries.AsNoTracking()
            .Where(one => entities.Contains(one.Entity) && ids.Contains(one.Subscription) && (one.State == DeliveryState.Waiting || one.State == DeliveryState.Parked))
            .GroupBy(one => new { one.Subscription, one.State })
            .Select(group => new { group.Key.Subscription, group.Key.State, Count = group.Count(), Failure = group.Max(one => one.Failure) })
            .ForAllOrganisations("messages of a program").ToListAsync(http.RequestAborted);
        var list = page.Select(row =>
        {
            var waiting = open.SingleOrDefault(one => one.Subscription == row.Id && one.State == DeliveryState.Waiting);
            var parked = open.SingleOrDefault(one => one.Subscription == row.Id && one.State == DeliveryState.Parked);
            var failure = waiting?.Failure is { Length: > 0 } now ? now : parked?.Failure;
            return SubscriptionAnswer.Of(row, waiting?.Count ?? 0, parked?.Count ?? 0, failure);
        });
        return Results.Json(new SubscriptionList([.. list], rows.Count > PageSize ? page[^1].Id : null), TellingJson.Default.SubscriptionList);
    }

    /// <summary>Another's is not found.</summary>
    private static async Task<IResult> End(HttpContext http, string entity, string id, CreditDb db, TimeProvider clock)
    {
        var client = CallingProgram.Of(http.User)!.ClientId;
        if (!Guid.TryParseExact(id, "D", out var number)
            || await db.Subscriptions.AsNoTracking().SingleOrDefaultAsync(one => one.Entity == entity && one.Id == number && one.Client == client, http.RequestAborted) is not { } row)
        {
            return new PageProblem(Problems.NotFound);
        }

        await EndSubscription.RunAsync(db, row, SubscriptionEnd.Program, clock, http.RequestAborted);
        return Results.NoContent();
    }

    /// <summary>When the receiver is well again.</summary>
    private static async Task<IResult> Again(HttpContext http, CreditDb db, TimeProvider clock) => Results.Json(
        new SentAgainAnswer(await SendAgain.RunAsync(db, CallingProgram.Of(http.User)!.ClientId, null, clock, http.RequestAborted)), TellingJson.Default.SentAgainAnswer);

    private static async Task<IResult> Secret(HttpContext http, SignMessage sign, CreditDb db, TimeProvider clock)
    {
        var client = CallingProgram.Of(http.User)!.ClientId;
        var (text, bytes) = sign.NewSecret();
        var row = await db.WebhookSecrets.SingleOrDefaultAsync(one => one.Client == client, http.RequestAborted);
        if (row is null)
        {
            row = db.WebhookSecrets.Add(new WebhookSecret { Client = client, Sealed = bytes }).Entity;
        }
        else
        {
            (row.Former, row.FormerUntil, row.Sealed) = (row.Sealed, clock.GetUtcNow() + Overlap, bytes);
            row.Version++;
        }

        db.Record(TellingKinds.Of(TellingKinds.Secret, client, null, clock, null));
        try
        {
            await db.SaveChangesAsync(http.RequestAborted);
        }
        catch (DbUpdateConcurrencyException)
        {
            return new PageProblem(CreditProblems.SecretChanged, "Another request made another secret just now.");
        }

        return Results.Json(new SecretAnswer(text, row.FormerUntil), TellingJson.Default.SecretAnswer);
    }

    private static IResult Keys(SignMessage sign) => Results.Json(new KeysAnswer([sign.PublicKey]), TellingJson.Default.KeysAnswer);
}
