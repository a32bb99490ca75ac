using System.Globalization;
using Backbone.Audit.Console;
using Backbone.Audit.Contracts.Events;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;

namespace Backbone.Audit.Disclosure;

/// <summary>
/// An event as the person concerned reads it. Words come from closed lists here and from the operator's settings, never from the event: a
/// purpose is shown by its code's words, and one that is not of the list is "not stated".
/// </summary>
internal sealed class UsageWords(IOptions<DisclosureOptions> options, Receiving.Senders senders, IStringLocalizer<AuditTexts> texts)
{
    private static readonly Wording Viewed = new("工作人员查看了与你有关的记录", "Staff looked at a record about you");
    private static readonly Wording Released = new("你登录的应用读取了允许它知道的信息", "An app you signed in to read what it may know of you");
    private static readonly Wording Accessed = new("其他系统读取了你的信息", "Another system read data about you");
    private static readonly Wording NotStated = new("未注明目的", "no purpose stated");
    private static readonly Wording Operator = new("本系统运营单位", "The operator of this system");

    public Usage Say(EventRow row, Look look, DateTimeOffset at)
    {
        var language = CultureInfo.CurrentUICulture.TwoLetterISOLanguageName;
        if (look == Look.Release)
        {
            // Which organisation an app belongs to is the operator's word; without it the app stands for itself.
            var app = First(row, "auth.client.id") ?? look.Module;
            var owner = senders.Of(app);
            return new Usage(at, Released.In(language), owner.Organization ?? app, owner.OrganizationName, app);
        }

        var purpose = Purpose(First(row, "purpose.code"), language);
        if (look == Look.Elsewhere)
        {
            // The intake writes both itself: no sender gives another's name.
            var sender = First(row, "event.provider") ?? look.Module;
            return new Usage(
                at, $"{Accessed.In(language)}{purpose}", First(row, "organization.id") ?? sender, First(row, "organization.name"), sender);
        }

        return new Usage(at, $"{Viewed.In(language)}{purpose}", options.Value.Operator, options.Value.OperatorName ?? Operator.In(language), look.Module);
    }

    private static string? First(EventRow row, string field) => row.Values(field) is [{ Length: > 0 } value, ..] ? value : null;

    private string Purpose(string? code, string language)
    {
        var words = code is not null && ReadingPurpose.Codes.Contains(code) ? texts["Purpose_Code_" + code].Value : NotStated.In(language);
        return language == "en" ? ": " + words : "：" + words;
    }
}
