using Backbone.Platform.Web.Components;
using Backbone.Platform.Web.Pages;

namespace Backbone.Platform.Tests.Pages;

public sealed class MaskAndTimeTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 23, 6, 5, 3, TimeSpan.Zero);

    [Fact]
    public void Masks_leave_what_a_person_recognises_and_no_more()
    {
        Assert.Equal("138****5678", Masked.Phone("13812345678"));
        Assert.Equal("+86138****5678", Masked.Phone("+8613812345678"));
        Assert.Equal("****", Masked.Phone("12345"));
        Assert.Equal("a***@example.cn", Masked.Mail("alice@example.cn"));
        Assert.Equal("***", Masked.Mail("@example.cn"));
        Assert.Equal("***", Masked.Mail("no-address"));
        Assert.Equal("张**", Masked.Name("张小明"));
        Assert.Equal("张*", Masked.Name("张三"));
        Assert.Equal("欧**", Masked.Name("欧阳娜娜"));
        Assert.Equal("\U00020BB7**", Masked.Name("\U00020BB7小明"));
        Assert.Equal("*", Masked.Name("张"));
        Assert.Equal("3****************4", Masked.IdentityNumber("370102199001011234"));
        Assert.Equal("", Masked.Phone(null) + Masked.Mail("") + Masked.Name(null) + Masked.IdentityNumber(""));
    }

    [Fact]
    public void Times_are_in_the_zone_of_the_person_in_the_words_of_the_language()
    {
        Assert.Equal("2026年11月23日 14:05", TimeText.Full(At, PageLanguage.Zh));
        Assert.Equal("23 November 2026, 14:05", TimeText.Full(At, PageLanguage.En));
        Assert.Equal("2026-11-23 14:05:03", TimeText.Exact(At));
        Assert.Equal("2026年11月24日", TimeText.Date(At.AddHours(10), PageLanguage.Zh));
    }

    [Theory]
    [InlineData(20, "刚刚", "just now")]
    [InlineData(60, "1 分钟前", "1 minute ago")]
    [InlineData(7200, "2 小时前", "2 hours ago")]
    [InlineData(6 * 86400, "6 天前", "6 days ago")]
    [InlineData(7 * 86400, null, null)]
    [InlineData(-5, null, null)]
    public void Ago_is_for_the_last_week(int seconds, string? zh, string? en)
    {
        Assert.Equal(zh, TimeText.Ago(At.AddSeconds(-seconds), At, PageLanguage.Zh));
        Assert.Equal(en, TimeText.Ago(At.AddSeconds(-seconds), At, PageLanguage.En));
    }
}
