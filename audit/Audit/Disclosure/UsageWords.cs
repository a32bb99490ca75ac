using System.Globalization;
using Backbone.Audit.Console;
using Backbone.Audit.Contracts.Events;
using Backbone.Platform.Web.Programs;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;

namespace Backbone.Audit.Disclosure;

/// <summary>
/// An event as the person concerned reads it. Words come from closed lists here, from the operator's settings and from the catalogue of apps,
/// never from the event: a purpose is shown by its code's words, and one that is not of the list is "not stated".
/// </summary>
/// <param name="catalogues">None where the catalogue is another host's.</param>
/// <param name="purposes">None where the credit record is another host's.</param>
internal sealed class UsageWords(
    IOptions<DisclosureOptions> options, Receiving.Senders senders, IEnumerable<AppNames> catalogues, IEnumerable<PurposeNames> purposes,
    IStringLocalizer<AuditTexts> texts)
{
    private static readonly Wording Viewed = new("工作人员查看了与你有关的记录", "Staff looked at a record about you");
    private static readonly Wording Released = new("你登录的应用读取了允许它知道的信息", "An app you signed in to read what it may know of you");
    private static readonly Wording Accessed = new("其他系统读取了你的信息", "Another system read data about you");
    private static readonly Wording Asked = new("其他系统查询了本单位的信用评价", "Another system asked for the organisation's credit evaluation");
    private static readonly Wording Subscribed = new("其他系统订阅了本单位信用变动的通知", "Another system subscribed to changes of the organisation's credit");
    private static readonly Wording NotStated = new("未注明目的", "no purpose stated");
    private static readonly Wording Operator = new("本系统运营单位", "The operator of this system");
    private static readonly Wording Log = new("审计日志", "Audit log");

    public Usage Say(EventRow row, Look look, DateTimeOffset at)
    {
        var language = CultureInfo.CurrentUICulture.TwoLetterISOLanguageName;
        if (look == Look.Release)
        {
            var app = First(row, "auth.client.id") ?? look.Module;
            var owner = senders.Of(app);
            var (office, officeName, system) = Named(app, owner.Organization, owner.OrganizationName);
            return new Usage(at, Released.In(language), null, Released.In(language), office, officeName, app, system);
        }

        if (look == Look.Credit || look == Look.Subscription)
        {
            var app = First(row, "auth.client.id") ?? look.Module;
            var owner = senders.Of(app);
            var (office, officeName, system) = Named(app, owner.Organization, owner.OrganizationName);
            var declared = First(row, "purpose.code") is { } code ? purposes.Select(names => names.Find(code)).FirstOrDefault(name => name is not null) : null;
            return Told(at, look == Look.Credit ? Asked : Subscribed, declared ?? NotStated.In(language), office, officeName, app, system);
        }

        var purpose = Purpose(First(row, "purpose.code"), language);
        if (look == Look.Elsewhere)
        {
            // The intake writes both itself: no sender gives another's name.
            var sender = First(row, "event.provider") ?? look.Module;
            var (office, officeName, system) = Named(sender, First(row, "organization.id"), First(row, "organization.name"));
            return Told(at, Accessed, purpose, office, officeName, sender, system);
        }

        return Told(at, Viewed, purpose, options.Value.Operator, options.Value.OperatorName ?? Operator.In(language), look.Module, Log.In(language));
    }

    private static Usage Told(DateTimeOffset at, Wording what, string purpose, string office, string? officeName, string system, string systemName)
    {
        var language = CultureInfo.CurrentUICulture.TwoLetterISOLanguageName;
        var said = what.In(language);
        return new Usage(at, said, purpose, said + (language == "en" ? ": " : "：") + purpose, office, officeName, system, systemName);
    }

    private static string? First(EventRow row, string field) => row.Values(field) is [{ Length: > 0 } value, ..] ? value : null;

    /// <summary>Which organisation a system belongs to is the operator's word; without it that of the catalogue; without that it stands for itself.</summary>
    private (string Office, string? OfficeName, string System) Named(string id, string? organization, string? organizationName)
    {
        var app = catalogues.Select(catalogue => catalogue.Find(id)).FirstOrDefault();
        return (organization ?? id, organizationName ?? (organization is null ? app?.Owner : null), app?.Name ?? id);
    }

    private string Purpose(string? code, string language) =>
        code is not null && ReadingPurpose.Codes.Contains(code) ? texts["Purpose_Code_" + code].Value : NotStated.In(language);
}
