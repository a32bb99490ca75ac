using System.Globalization;
using Backbone.Platform.Web.Pages;

namespace Backbone.Platform.Web.Components;

/// <summary>Times in the person's zone. Written out here so that the words do not depend on the machine's culture data.</summary>
public static class TimeText
{
    /// <summary>Asia/Shanghai: UTC+8 the whole year since 1991, so that no time zone data is needed.</summary>
    private static readonly TimeSpan Zone = TimeSpan.FromHours(8);

    private static readonly string[] EnglishMonths =
    [
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ];

    /// <summary>2026年11月23日 14:05; 23 November 2026, 14:05.</summary>
    public static string Full(DateTimeOffset at, PageLanguage language)
    {
        ArgumentNullException.ThrowIfNull(language);
        var separator = language == PageLanguage.Zh ? " " : ", ";
        return Date(at, language) + separator + at.ToOffset(Zone).ToString("HH:mm", CultureInfo.InvariantCulture);
    }

    /// <summary>2026年11月23日; 23 November 2026.</summary>
    public static string Date(DateTimeOffset at, PageLanguage language)
    {
        var local = at.ToOffset(Zone);
        return language == PageLanguage.Zh
            ? $"{local.Year}年{local.Month}月{local.Day}日"
            : $"{local.Day} {EnglishMonths[local.Month - 1]} {local.Year}";
    }

    /// <summary>2026-11-23 14:05:03, for tables.</summary>
    public static string Exact(DateTimeOffset at) => at.ToOffset(Zone).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>"3 分钟前"; null from a week on and for times to come.</summary>
    public static string? Ago(DateTimeOffset at, DateTimeOffset now, PageLanguage language)
    {
        var zh = language == PageLanguage.Zh;
        return (now - at) switch
        {
            { Ticks: < 0 } => null,
            { TotalMinutes: < 1 } => zh ? "刚刚" : "just now",
            { TotalHours: < 1 } span => zh ? $"{span.Minutes} 分钟前" : Count(span.Minutes, "minute"),
            { TotalDays: < 1 } span => zh ? $"{span.Hours} 小时前" : Count(span.Hours, "hour"),
            { TotalDays: < 7 } span => zh ? $"{span.Days} 天前" : Count(span.Days, "day"),
            _ => null,
        };
    }

    private static string Count(int count, string unit) => $"{count} {unit}{(count == 1 ? "" : "s")} ago";
}
