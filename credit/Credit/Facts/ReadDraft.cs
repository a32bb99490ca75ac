using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using Backbone.Credit.Catalogue;
using Backbone.Credit.Facts.Files;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Scoring.Packs;
using Backbone.Platform;
using Backbone.Platform.Json;

namespace Backbone.Credit.Facts;

/// <summary>Reads one record that a program sent, by the catalogue; all faults at once.</summary>
internal static class ReadDraft
{
    private static readonly Dictionary<string, RecordKind> Kinds = new(StringComparer.Ordinal)
    {
        ["fact"] = RecordKind.Stated,
        ["correction"] = RecordKind.Corrected,
        ["withdrawal"] = RecordKind.Withdrawn,
    };

    private static readonly Dictionary<string, SeverityClass> Classes = new(StringComparer.Ordinal)
    {
        ["minor"] = SeverityClass.Minor,
        ["general"] = SeverityClass.General,
        ["serious"] = SeverityClass.Serious,
    };

    private static readonly Dictionary<string, ExclusionReason> Exclusions = new(StringComparer.Ordinal)
    {
        ["summary-procedure"] = ExclusionReason.SummaryProcedure,
        ["minor-harm-removed"] = ExclusionReason.MinorHarmRemoved,
    };

    /// <param name="json">One JSON object.</param>
    /// <param name="catalogue">What may be recorded.</param>
    /// <param name="today">No document is of a later day.</param>
    public static DraftOutcome Read(ReadOnlyMemory<byte> json, FactCatalogue catalogue, DateOnly today)
    {
        var document = FactDocument.Read(json);
        if (document.Violations.Count > 0 && !document.Has("key"))
        {
            return new(null, null, document.Violations);
        }

        var key = document.Text("key", 100);
        var entity = document.Entity();
        var kind = document.Has("kind") ? OneOf(document, "kind", Kinds) : RecordKind.Stated;
        var about = kind == RecordKind.Stated ? null : document.Text("about", 100);
        if (kind == RecordKind.Stated && document.Has("about"))
        {
            document.Fail("about", new("只有更正或撤回才填", "only of a correction or withdrawal"), "");
        }

        var reason = kind == RecordKind.Stated ? document.OptionalText("reason", 1000) : document.Text("reason", 1000);
        var content = kind == RecordKind.Withdrawn ? null : Content(document, catalogue, today);
        if (document.Violations.Count > 0)
        {
            return new(null, key.Length > 0 ? key : null, document.Violations);
        }

        return new(new FactDraft(entity, key, kind, about, content, null, reason, HashOf(entity.ToString(), key, kind, about, content, reason)), key, []);
    }

    private static FactContent Content(FactDocument document, FactCatalogue catalogue, DateOnly today)
    {
        var code = document.Text("type", 64);
        var type = catalogue.Find(code);
        if (type is null && code.Length > 0)
        {
            document.Fail("type", new("事实类型目录中的代码", "a code of the catalogue of fact types"), code);
        }

        var decided = document.Date("decided");
        if (decided is null && !document.Has("decided"))
        {
            document.Fail("decided", new("必填：文书日期", "required: the date of the document"), "");
        }
        else if (decided > today)
        {
            document.Fail("decided", new($"不晚于 {today:O}", $"no later than {today:O}"), $"{decided:O}");
        }

        var dates = new FactDates(decided ?? today, document.Date("behaviourEnd"), document.Date("validFrom"), document.Date("validTo"));
        if (dates.ValidTo <= (dates.ValidFrom ?? dates.Decided))
        {
            document.Fail("validTo", new("晚于生效日期；没有生效日期的，晚于文书日期", "after validFrom, or after decided"), $"{dates.ValidTo:O}");
        }

        return new FactContent(
            type?.Type.Number ?? 0,
            type is null ? SeverityClass.None : ClassOf(document, type),
            document.Has("excluded") ? OneOf(document, "excluded", Exclusions) : ExclusionReason.None,
            dates,
            type is null ? 0 : Quantity(document, type),
            document.Text("document", 200),
            document.Text("authority", 200),
            document.Text("basis", 500));
    }

    private static SeverityClass ClassOf(FactDocument document, CatalogueType type)
    {
        if (type.Classes.IsEmpty)
        {
            if (document.Has("class"))
            {
                document.Fail("class", new($"不填：{type.Title.Zh}不分类", $"none: facts of type {type.Type.Code} have no class"), "");
            }

            return SeverityClass.None;
        }

        if (!document.Has("class"))
        {
            document.Fail("class", new($"{type.Title.Zh}必填，以主管部门的认定为准：系统不作推测", $"required for {type.Type.Code}, as the authority decided it: it is never guessed"), "");
            return SeverityClass.None;
        }

        var category = OneOf(document, "class", Classes);
        if (category != SeverityClass.None && !type.Classes.Contains(category))
        {
            var own = Classes.Where(known => type.Classes.Contains(known.Value)).Select(known => known.Key).ToList();
            document.Fail(
                "class",
                new($"{type.Title.Zh}：{string.Join("、", own.Select(RowWords.Explained))}", $"of {type.Type.Code}: {string.Join(", ", own)}"),
                category.ToString());
        }

        return category;
    }

    private static long Quantity(FactDocument document, CatalogueType type)
    {
        var measure = type.Measure;
        var byValue = measure is { Values.IsEmpty: false };
        foreach (var field in (string[])["amount", "value"])
        {
            if (document.Has(field) && (measure is null || byValue != (field == "value")))
            {
                document.Fail(field, new($"不填：{type.Title.Zh}没有此项", $"none: facts of type {type.Type.Code} have no {field}"), "");
            }
        }

        if (measure is null)
        {
            return 0;
        }

        if (!byValue)
        {
            return document.Has("amount") ? document.Quantity("amount", measure.Scale) : 0;
        }

        var value = document.Text("value", 100);
        var position = measure.Values.IndexOf(value);
        if (position < 0 && value.Length > 0)
        {
            document.Fail("value", OneOfThese(measure.Values), value);
        }

        return Math.Max(0, position);
    }

    private static T OneOf<T>(FactDocument document, string field, Dictionary<string, T> words)
        where T : struct
    {
        var text = document.Text(field, 40);
        if (words.TryGetValue(text, out var value))
        {
            return value;
        }

        if (text.Length > 0)
        {
            document.Fail(field, OneOfThese(words.Keys), text);
        }

        return default;
    }

    private static Bilingual OneOfThese(IEnumerable<string> words)
    {
        var all = words.ToList();
        return new("下列之一：" + string.Join("、", all.Select(RowWords.Explained)), "one of " + string.Join(", ", all));
    }

    /// <summary>Over what was understood, not over how it was written: another order of fields is the same fact.</summary>
    internal static byte[] HashOf(string entity, string key, RecordKind kind, string? about, FactContent? content, string reason, DateOnly? effective = null)
    {
        (string Name, string? Value)[] fields =
        [
            ("about", about),
            ("authority", content?.Authority),
            ("basis", content?.Basis),
            ("behaviourEnd", Iso(content?.Dates.BehaviourEnd)),
            ("class", content?.Class.ToString()),
            ("decided", Iso(content?.Dates.Decided)),
            ("document", content?.Document),
            ("effective", Iso(effective)),
            ("entity", entity),
            ("excluded", content?.Exclusion.ToString()),
            ("key", key),
            ("kind", kind.ToString()),
            ("quantity", content?.Quantity.ToString(CultureInfo.InvariantCulture)),
            ("reason", reason),
            ("type", content?.Type.ToString(CultureInfo.InvariantCulture)),
            ("validFrom", Iso(content?.Dates.ValidFrom)),
            ("validTo", Iso(content?.Dates.ValidTo)),
        ];
        var output = new ArrayBufferWriter<byte>(512);
        var json = new CanonicalJson(output);
        var before = "{"u8;
        foreach (var (name, value) in fields)
        {
            if (value is not null)
            {
                json.Raw(before);
                json.Text(name);
                json.Raw(":"u8);
                json.Text(value);
                before = ","u8;
            }
        }

        json.Raw("}"u8);
        return SHA256.HashData(output.WrittenSpan);
    }

    private static string? Iso(DateOnly? date) => date?.ToString("O", CultureInfo.InvariantCulture);
}
