using System.Globalization;
using Backbone.Credit.Codes;
using Backbone.Credit.Facts;
using Backbone.Credit.Packs;
using Backbone.Credit.Packs.Keeping;
using Backbone.Platform.Entities;
using Backbone.Platform.Web.Errors;
using Microsoft.AspNetCore.Http;

namespace Backbone.Credit.Reports;

/// <summary>A program's question as it may be answered.</summary>
/// <param name="Basis">The law by which it asks, in its words; the organisation reads them.</param>
internal sealed record AskedQuestion(EntityCode Entity, ScoreQuestion Score, string Basis);

/// <summary>A question that is not answered.</summary>
/// <param name="Reason">As the event of it says.</param>
/// <param name="Entity">Whom it was about; none where no code was read.</param>
internal sealed record QuestionRefusal(Problem Problem, string Reason, string Detail, EntityCode Entity = default);

/// <summary>Reads a question: whom about, for which purpose, by which law, for which day, from which knowledge. Nothing has a default that the law would miss.</summary>
internal static class ReadQuestion
{
    /// <summary>Characters of a legal basis.</summary>
    public const int LongestBasis = 200;

    public const int ShortestBasis = 4;

    private static readonly string[] Names = ["purpose", "basis", "validOn", "known"];

    public static (AskedQuestion? Question, QuestionRefusal? Refusal) Read(string code, IQueryCollection query, PacksInForce packs, TimeProvider clock)
    {
        var pack = packs.On(DayOf(query) ?? ChinaDay.Today(clock));
        var reading = EntityCode.Read(code);
        if (reading.Fault != EntityCodeFault.None)
        {
            // What was sent may be a person's and is not repeated.
            var person = reading.Fault is EntityCodeFault.NaturalPerson or EntityCodeFault.ResidentIdentityNumber;
            return Refused(person ? CreditProblems.NaturalPerson : CreditProblems.NoCode, person ? QueryReasons.NaturalPerson : QueryReasons.NoCode, CodeWords.Of(reading).En);
        }

        if (Purpose(query, pack, reading.Code) is { } wrongPurpose)
        {
            return (null, wrongPurpose);
        }

        var basis = query["basis"].ToString().Trim();
        if (basis.Length is < ShortestBasis or > LongestBasis || query["basis"].Count > 1 || basis.Any(char.IsControl) || PersonsNumber.IsIn(basis))
        {
            return Refused(
                CreditProblems.NoBasis, QueryReasons.NoBasis,
                $"basis: the law and article by which the question is asked, {ShortestBasis} to {LongestBasis} characters without a person's number; has {basis.Length}", reading.Code);
        }

        if (query.Keys.FirstOrDefault(name => !Names.Contains(name)) is not null)
        {
            return Refused(Problems.BadRequest, QueryReasons.Invalid, $"a parameter is none of: {string.Join(", ", Names)}", reading.Code);
        }

        return Dates(query, pack, clock) is ({ } day, var known, null)
            ? (new(reading.Code, new(query["purpose"].ToString(), day, known), basis), null)
            : Refused(Problems.BadRequest, QueryReasons.Invalid, Dates(query, pack, clock).Fault!, reading.Code);
    }

    private static DateOnly? DayOf(IQueryCollection query) =>
        DateOnly.TryParseExact(query["validOn"].ToString(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var asked) ? asked : null;

    private static QuestionRefusal? Purpose(IQueryCollection query, PackInForce pack, EntityCode entity)
    {
        var purpose = query["purpose"].ToString();
        var known = string.Join(", ", pack.Pack.Purposes.Select(one => one.Id));
        return purpose.Length == 0 ? new(CreditProblems.NoPurpose, QueryReasons.NoPurpose, $"purpose: required, one of {known}", entity)
            : pack.Pack.Purposes.Any(one => one.Id == purpose) ? null
            : new(CreditProblems.UnknownPurpose, QueryReasons.UnknownPurpose, $"purpose: one of {known}", entity);
    }

    /// <summary>A day of the pack's time that has come, and a time that has come.</summary>
    private static (DateOnly? Day, long? Known, string? Fault) Dates(IQueryCollection query, PackInForce pack, TimeProvider clock)
    {
        var today = ChinaDay.Today(clock);
        DateOnly? day = today;
        if (query.ContainsKey("validOn"))
        {
            day = DayOf(query);
        }

        var end = pack.Pack.To is { } to && to <= today ? to.AddDays(-1) : today;
        if (day is null || day < pack.Pack.From || day > end)
        {
            return (null, null, $"validOn: a day from {pack.Pack.From:O}, on which the pack {pack.Pack.Id} begins, to {end:O}, yyyy-mm-dd");
        }

        if (!query.ContainsKey("known"))
        {
            return (day, null, null);
        }

        var now = clock.GetUtcNow();
        return KnowledgeTime.Read(query["known"].ToString()) is { } known && KnowledgeTime.At(known) <= now
            ? (day, known, null)
            : (null, null, $"known: a time of RFC 3339 with its zone and at most six decimals, not later than {now:yyyy-MM-dd'T'HH:mm:ss'Z'}");
    }

    private static (AskedQuestion?, QuestionRefusal?) Refused(Problem problem, string reason, string detail, EntityCode entity = default) =>
        (null, new(problem, reason, detail, entity));
}

/// <summary>Why a question was not answered, as events say it.</summary>
internal static class QueryReasons
{
    public const string Invalid = "invalid";
    public const string NaturalPerson = "natural_person";
    public const string NoBasis = "no_basis";
    public const string NoCode = "no_code";
    public const string NoPurpose = "no_purpose";
    public const string NotPublished = "not_published";
    public const string TooMany = "too_many";
    public const string UnknownOrganisation = "unknown_organisation";
    public const string UnknownPurpose = "unknown_purpose";
}
