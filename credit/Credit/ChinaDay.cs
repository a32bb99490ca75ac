namespace Backbone.Credit;

/// <summary>The calendar date of China, by which every period of the credit record runs.</summary>
internal static class ChinaDay
{
    public static DateOnly Today(TimeProvider clock) => Of(clock.GetUtcNow());

    public static DateOnly Of(DateTimeOffset at) => DateOnly.FromDateTime(at.UtcDateTime.AddHours(8));
}
