using System.Text.Json;
using System.Text.Json.Serialization;
using Backbone.Credit.Packs.Keeping;
using Backbone.Credit.Reports;
using Backbone.Platform.Web.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Backbone.Credit.Telling;

/// <summary>Why a subscription is not taken, beside the reasons for which a question is not answered.</summary>
internal static class SubscribeReasons
{
    public const string NoSecret = "no_secret";
    public const string Target = "target";
    public const string TooMany = "too_many";
}

/// <summary>What a program sends. Nothing of it is believed.</summary>
internal sealed record SubscriptionForm(string? Entity, string? Purpose, string? Basis, string? Target, IReadOnlyList<string>? Changes);

/// <summary>A subscription as the program reads it. Times in UTC.</summary>
/// <param name="Changes">"grade", "facts".</param>
/// <param name="Ended">When it ended before its time, and in <paramref name="Ending"/> why: "program" or "gone".</param>
/// <param name="Waiting">Messages that are yet to be taken.</param>
/// <param name="Parked">Messages that were given up.</param>
/// <param name="Failure">Why the last attempt of one of those failed.</param>
internal sealed record SubscriptionAnswer(
    Guid Id, string Entity, string Purpose, string Basis, string Target, IReadOnlyList<string> Changes, DateTimeOffset Since, DateTimeOffset Until,
    DateTimeOffset? Ended, string? Ending, int Waiting, int Parked, string? Failure)
{
    public static SubscriptionAnswer Of(Subscription row, int waiting = 0, int parked = 0, string? failure = null) => new(
        row.Id, row.Entity, row.Purpose, row.Basis, row.Target, [.. (string[])(row.Grades ? ["grade"] : []), .. (string[])(row.Facts ? ["facts"] : [])],
        row.At, row.Until, row.EndedAt, row.Ending == SubscriptionEnd.None ? null : row.Ending.ToString().ToLowerInvariant(), waiting, parked, failure);
}

/// <param name="Next">The id after which the next page begins; null on the last.</param>
internal sealed record SubscriptionList(IReadOnlyList<SubscriptionAnswer> Subscriptions, Guid? Next);

/// <param name="Count">Messages that are on their way again.</param>
internal sealed record SentAgainAnswer(int Count);

/// <param name="Secret">As libraries for Standard Webhooks take it; told this once.</param>
/// <param name="FormerUntil">Until when messages are signed with the one before, too.</param>
internal sealed record SecretAnswer(string Secret, DateTimeOffset? FormerUntil);

/// <param name="Keys">With which signatures <c>v1a</c> are verified, the one in use first.</param>
internal sealed record KeysAnswer(IReadOnlyList<string> Keys);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(SubscriptionForm))]
[JsonSerializable(typeof(SubscriptionList))]
[JsonSerializable(typeof(SecretAnswer))]
[JsonSerializable(typeof(KeysAnswer))]
[JsonSerializable(typeof(NoticeList))]
[JsonSerializable(typeof(NoticeAddressForm))]
[JsonSerializable(typeof(SentAgainAnswer))]
internal sealed partial class TellingJson : JsonSerializerContext;

/// <summary>Reads what a program wants to be told of, by the same rules as a question.</summary>
internal static class ReadSubscription
{
    /// <summary>Of the body.</summary>
    public const int MostBytes = 4096;

    public static async Task<SubscriptionForm?> FormAsync(HttpContext http)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync(http.Request.Body, TellingJson.Default.SubscriptionForm, http.RequestAborted);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <returns>The question by which it may be asked, or why not.</returns>
    public static (AskedQuestion? Question, QuestionRefusal? Refusal) Read(SubscriptionForm? form, PacksInForce packs, Reachable reachable, TimeProvider clock)
    {
        if (form is null)
        {
            return (null, new(Problems.BadRequest, QueryReasons.Invalid, "a JSON object of entity, purpose, basis, target and changes"));
        }

        var query = new QueryCollection(new Dictionary<string, StringValues>(StringComparer.Ordinal) { ["purpose"] = form.Purpose, ["basis"] = form.Basis });
        var (question, refusal) = ReadQuestion.Read(form.Entity ?? "", query, packs, clock);
        if (question is null)
        {
            return (null, refusal);
        }

        if (form.Changes is not { Count: 1 or 2 } changes || changes.Any(one => one is not ("grade" or "facts")))
        {
            return (null, new(Problems.BadRequest, QueryReasons.Invalid, "changes: a list of grade, facts or both", question.Entity));
        }

        return reachable.Fault(form.Target ?? "") is { } fault
            ? (null, new(CreditProblems.BadTarget, SubscribeReasons.Target, fault, question.Entity))
            : (question, null);
    }
}
