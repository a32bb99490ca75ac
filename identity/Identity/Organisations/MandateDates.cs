using System.Globalization;

namespace Backbone.Identity.Organisations;

/// <summary>Days of the province: a mandate begins when its first day does and ends when its last day has passed.</summary>
internal static class MandateDates
{
    /// <summary>Longer nobody is given powers at once.</summary>
    public const int LongestYears = 3;

    private const string Form = "yyyy-MM-dd";

    private static readonly TimeSpan Zone = TimeSpan.FromHours(8);

    public static DateOnly Today(TimeProvider clock) => DateOnly.FromDateTime(clock.GetUtcNow().ToOffset(Zone).DateTime);

    public static string Write(DateOnly day) => day.ToString(Form, CultureInfo.InvariantCulture);

    public static DateOnly? Read(string typed) => DateOnly.TryParseExact(typed, Form, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    public static DateTimeOffset Begin(DateOnly day) => new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), Zone).ToUniversalTime();

    public static DateTimeOffset End(DateOnly day) => Begin(day.AddDays(1));
}
