using System.Collections.Immutable;
using System.Globalization;
using Backbone.Audit.Console;
using Microsoft.AspNetCore.Http;

namespace Backbone.Audit.Disclosure;

/// <summary>
/// What a person asks the page "who looked at my data" for. All of it is in the address; days are China's. Whose data is not: that is the
/// sign-in's word alone.
/// </summary>
public sealed record UsageView
{
    public const int PageSize = 25;

    /// <summary>Whoever has more to read narrows the period.</summary>
    public const int MostPages = FindUsage.MostOffset / PageSize;

    private const string DateFormat = "yyyy-MM-dd";

    /// <summary>Which page, from 1.</summary>
    public int Number { get; private init; } = 1;

    /// <summary>First day; null for the beginning.</summary>
    public DateOnly? From { get; private init; }

    /// <summary>Last day, all of it; null for today.</summary>
    public DateOnly? To { get; private init; }

    /// <summary>Exactly what was entered, by name: for the form, also when it is wrong.</summary>
    public ImmutableDictionary<string, string> Entered { get; private init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The names of the values that were refused; "order" for a period that ends before it begins.</summary>
    public ImmutableArray<string> Wrong { get; private init; } = [];

    public bool Narrowed => From is not null || To is not null;

    public DateTimeOffset? Begins => Midnight(From);

    /// <summary>Exclusive.</summary>
    public DateTimeOffset? Ends => Midnight(To?.AddDays(1));

    public static UsageView Read(IQueryCollection query)
    {
        ArgumentNullException.ThrowIfNull(query);
        var wrong = ImmutableArray.CreateBuilder<string>();
        var entered = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        var view = new UsageView
        {
            From = Value<DateOnly>("from", Day),
            To = Value<DateOnly>("to", Day),
            Number = Value<int>("page", text =>
                int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= MostPages ? number : null) ?? 1,
        };
        if (view.From > view.To)
        {
            wrong.Add("order");
        }

        return view with { Entered = entered.ToImmutable(), Wrong = wrong.ToImmutable() };

        T? Value<T>(string name, Func<string, T?> parse)
            where T : struct
        {
            // Several of one name are one text that is no day and no number.
            var text = query[name].ToString().Trim();
            if (text.Length == 0)
            {
                return null;
            }

            entered[name] = text;
            var value = parse(text);
            if (value is null)
            {
                wrong.Add(name);
            }

            return value;
        }
    }

    /// <summary>The address of another page of the same period.</summary>
    public string Link(int page) => Address(From, To, page);

    public static string Address(DateOnly? from, DateOnly? to, int page = 1)
    {
        string?[] parts =
        [
            from is { } first ? "from=" + Show(first) : null,
            to is { } last ? "to=" + Show(last) : null,
            page > 1 ? "page=" + page.ToString(CultureInfo.InvariantCulture) : null,
        ];
        var query = string.Join('&', parts.Where(part => part is not null));
        return query.Length == 0 ? ShowUsage.Path : $"{ShowUsage.Path}?{query}";
    }

    public static string Show(DateOnly day) => day.ToString(DateFormat, CultureInfo.InvariantCulture);

    /// <summary>Null unless it is a day of the years 1970 to 9998, so that what is reckoned with it stays within the calendar.</summary>
    private static DateOnly? Day(string text) =>
        DateOnly.TryParseExact(text, DateFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is >= 1970 and <= 9998 ? day : null;

    private static DateTimeOffset? Midnight(DateOnly? day) => day is { } date ? new DateTimeOffset(date, TimeOnly.MinValue, ChinaTime.Offset) : null;
}
