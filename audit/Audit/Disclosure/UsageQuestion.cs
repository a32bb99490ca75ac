using System.Globalization;
using Backbone.Audit.Events;
using Microsoft.AspNetCore.Http;

namespace Backbone.Audit.Disclosure;

/// <summary>What a program asks at <c>findUsage</c>, in the names of Estonia's data tracker (DUMonitor 2.1.0).</summary>
/// <param name="Asker">Who asks: the header <c>X-Road-UserId</c>.</param>
/// <param name="Subject">Whose data: <c>userCode</c>; another than the asker when somebody is represented.</param>
/// <param name="From"><c>periodStart</c>, inclusive.</param>
/// <param name="To"><c>periodEnd</c>, exclusive.</param>
internal sealed record UsageQuestion(string Asker, string Subject, DateTimeOffset? From, DateTimeOffset? To, int Offset, int Limit)
{
    public const string AskerHeader = "X-Road-UserId";

    /// <summary>Longest id of a person or an enterprise.</summary>
    public const int LongestId = 64;

    private static readonly string[] Names = ["userCode", "periodStart", "periodEnd", "offset", "limit"];

    /// <summary>The question, or everything that is wrong with it. Ids of persons are not repeated.</summary>
    public static (UsageQuestion? Question, string? Fault) Read(HttpRequest request)
    {
        List<string> faults = [];
        foreach (var name in request.Query.Keys.Where(name => !Names.Contains(name)))
        {
            faults.Add($"a parameter is none of: {string.Join(", ", Names)}");
        }

        var asker = Id(AskerHeader, request.Headers[AskerHeader]);
        var subject = Id("userCode", request.Query["userCode"]);
        var from = Time("periodStart");
        var to = Time("periodEnd");
        if (from >= to)
        {
            faults.Add("periodEnd: later than periodStart");
        }

        var question = new UsageQuestion(
            asker, subject, from, to, Number("offset", 0, FindUsage.MostOffset, 0), Number("limit", 1, FindUsage.MostUsages, FindUsage.MostUsages));
        return faults.Count == 0 ? (question, null) : (null, string.Join("; ", faults));

        string Id(string name, Microsoft.Extensions.Primitives.StringValues given)
        {
            if (given is [{ Length: > 0 and <= LongestId } text] && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':'))
            {
                return Guid.TryParseExact(text, "D", out var id) ? id.ToString("D") : text;
            }

            faults.Add(
                $"{name}: required once, 1 to {LongestId} letters, digits, '-', '_', '.' and ':', has {given.Count} values of {given.ToString().Length} characters");
            return "";
        }

        DateTimeOffset? Time(string name)
        {
            var given = request.Query[name];
            if (given.Count == 0)
            {
                return null;
            }

            if (given is [{ } text] && Rfc3339.TryParse(text, out var time))
            {
                return time;
            }

            faults.Add($"{name}: one time of RFC 3339 with its offset, is \"{Shown(given.ToString())}\"");
            return null;
        }

        int Number(string name, int least, int most, int otherwise)
        {
            var given = request.Query[name];
            if (given.Count == 0)
            {
                return otherwise;
            }

            if (given is [{ } text] && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
            {
                return number;
            }

            faults.Add($"{name}: {least} to {most}, is \"{Shown(given.ToString())}\"");
            return otherwise;
        }
    }

    private static string Shown(string text) => text.Length <= 40 ? text : text[..40] + "…";
}
