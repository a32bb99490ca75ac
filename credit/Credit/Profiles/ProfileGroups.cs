using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using Backbone.Platform;

namespace Backbone.Credit.Profiles;

/// <summary>The groups that organisations are counted and compared in by their profile, with their names. The empty group is of those nobody told of.</summary>
internal static class ProfileGroups
{
    /// <summary>Whom the registry did not tell of.</summary>
    public const string Unknown = "";

    /// <summary>Bounds between the groups of age, in whole years.</summary>
    private static readonly ImmutableArray<int> Years = [1, 3, 5, 10, 20];

    /// <summary>GB/T 4754-2017: the twenty sections.</summary>
    private static readonly FrozenDictionary<string, Bilingual> Sections = new Dictionary<string, Bilingual>(StringComparer.Ordinal)
    {
        ["A"] = new("农、林、牧、渔业", "Agriculture, forestry, animal husbandry and fishery"),
        ["B"] = new("采矿业", "Mining"),
        ["C"] = new("制造业", "Manufacturing"),
        ["D"] = new("电力、热力、燃气及水生产和供应业", "Electricity, heat, gas and water"),
        ["E"] = new("建筑业", "Construction"),
        ["F"] = new("批发和零售业", "Wholesale and retail"),
        ["G"] = new("交通运输、仓储和邮政业", "Transport, storage and post"),
        ["H"] = new("住宿和餐饮业", "Hotels and catering"),
        ["I"] = new("信息传输、软件和信息技术服务业", "Information transmission, software and IT services"),
        ["J"] = new("金融业", "Finance"),
        ["K"] = new("房地产业", "Real estate"),
        ["L"] = new("租赁和商务服务业", "Leasing and business services"),
        ["M"] = new("科学研究和技术服务业", "Scientific research and technical services"),
        ["N"] = new("水利、环境和公共设施管理业", "Water, environment and public facilities"),
        ["O"] = new("居民服务、修理和其他服务业", "Services to households, repair and other services"),
        ["P"] = new("教育", "Education"),
        ["Q"] = new("卫生和社会工作", "Health and social work"),
        ["R"] = new("文化、体育和娱乐业", "Culture, sports and entertainment"),
        ["S"] = new("公共管理、社会保障和社会组织", "Public administration, social security and social organisations"),
        ["T"] = new("国际组织", "International organisations"),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly Bilingual NotSaid = new("登记机关未提供", "not told by the registry");

    public static bool IsSection(string letter) => Sections.ContainsKey(letter);

    /// <summary>The section's name, or that it is not said.</summary>
    public static string Section(string letter) => (Sections.TryGetValue(letter, out var name) ? name : NotSaid).ToString();

    /// <param name="size">The number of an <see cref="EntitySize"/>; empty for none.</param>
    public static string Size(string size) => (size switch
    {
        "1" => new Bilingual("大型企业", "large enterprises"),
        "2" => new("中型企业", "medium enterprises"),
        "3" => new("小型企业", "small enterprises"),
        "4" => new("微型企业", "micro enterprises"),
        _ => NotSaid,
    }).ToString();

    /// <param name="age">As <see cref="AgeOf"/> gives it.</param>
    public static string Age(string age) => (int.TryParse(age, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at <= Years.Length
        ? at == 0 ? Words($"不满 {Years[0]} 年", $"less than {Years[0]} year")
            : at == Years.Length ? Words($"{Years[^1]} 年以上", $"{Years[^1]} years or more")
            : Words($"{Years[at - 1]} 年以上不满 {Years[at]} 年", $"{Years[at - 1]} to less than {Years[at]} years")
        : NotSaid).ToString();

    public static string SizeOf(EntitySize size) => size == EntitySize.Unknown ? Unknown : ((short)size).ToString(CultureInfo.InvariantCulture);

    /// <summary>How many of the bounds it has passed: a year is full on its corresponding day (Civil Code 202).</summary>
    public static string AgeOf(DateOnly? established, DateOnly day) =>
        established is { } since ? Years.Count(years => since <= Bound(day, years)).ToString(CultureInfo.InvariantCulture) : Unknown;

    /// <summary>The same in SQL, which both engines read.</summary>
    /// <param name="column">Of the date.</param>
    /// <param name="first">The place of the first of <see cref="AgeBounds"/> among the statement's values.</param>
    public static string AgeSql(string column, int first) =>
        $"CASE WHEN {column} IS NULL THEN '' "
        + string.Concat(Years.Select((_, at) => string.Create(CultureInfo.InvariantCulture, $"WHEN {column} > {{{first + at}}} THEN '{at}' ")))
        + string.Create(CultureInfo.InvariantCulture, $"ELSE '{Years.Length}' END");

    /// <summary>Whoever was established after one of these has not passed that bound.</summary>
    public static IEnumerable<object> AgeBounds(DateOnly day) => Years.Select(years => (object)Bound(day, years));

    /// <summary>The last day of establishment from which so many years are full on a day: of 29 February also on the 28th.</summary>
    private static DateOnly Bound(DateOnly day, int years)
    {
        var same = day.AddYears(-years);
        return same.AddDays(1).AddYears(years) <= day ? same.AddDays(1) : same;
    }

    private static Bilingual Words(string zh, string en) => new(zh, en);
}
