using System.Collections.Frozen;

namespace Backbone.Platform.Entities;

/// <summary>What a code says of its organisation.</summary>
/// <param name="Department">The registering department.</param>
/// <param name="Class">The class within that department.</param>
/// <param name="Region">Six digits, the registering authority's region (GB/T 2260).</param>
/// <param name="Province">The name of the first two digits; null when they name none. 10 is the central authorities'.</param>
/// <param name="Organisation">Nine characters, the organisation code (GB 11714).</param>
public sealed record EntityCodeParts(Bilingual Department, Bilingual Class, string Region, Bilingual? Province, string Organisation)
{
    internal static EntityCodeParts Of(ReadOnlySpan<char> code) => new(
        EntityCategories.Department(code[0]) ?? default,
        EntityCategories.Class(code[0], code[1]) ?? default,
        new string(code[2..8]),
        Provinces.TryGetValue((code[2] - '0') * 10 + code[3] - '0', out var name) ? name : null,
        new string(code[8..17]));

    /// <summary>The name of the first two digits of a region; null when they name none.</summary>
    public static Bilingual? ProvinceOf(ReadOnlySpan<char> digits) =>
        int.TryParse(digits, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number) && Provinces.TryGetValue(number, out var name) ? name : null;

    private static readonly FrozenDictionary<int, Bilingual> Provinces = new Dictionary<int, Bilingual>
    {
        [10] = new("中央", "central authorities"),
        [11] = new("北京", "Beijing"),
        [12] = new("天津", "Tianjin"),
        [13] = new("河北", "Hebei"),
        [14] = new("山西", "Shanxi"),
        [15] = new("内蒙古", "Inner Mongolia"),
        [21] = new("辽宁", "Liaoning"),
        [22] = new("吉林", "Jilin"),
        [23] = new("黑龙江", "Heilongjiang"),
        [31] = new("上海", "Shanghai"),
        [32] = new("江苏", "Jiangsu"),
        [33] = new("浙江", "Zhejiang"),
        [34] = new("安徽", "Anhui"),
        [35] = new("福建", "Fujian"),
        [36] = new("江西", "Jiangxi"),
        [37] = new("山东", "Shandong"),
        [41] = new("河南", "Henan"),
        [42] = new("湖北", "Hubei"),
        [43] = new("湖南", "Hunan"),
        [44] = new("广东", "Guangdong"),
        [45] = new("广西", "Guangxi"),
        [46] = new("海南", "Hainan"),
        [50] = new("重庆", "Chongqing"),
        [51] = new("四川", "Sichuan"),
        [52] = new("贵州", "Guizhou"),
        [53] = new("云南", "Yunnan"),
        [54] = new("西藏", "Tibet"),
        [61] = new("陕西", "Shaanxi"),
        [62] = new("甘肃", "Gansu"),
        [63] = new("青海", "Qinghai"),
        [64] = new("宁夏", "Ningxia"),
        [65] = new("新疆", "Xinjiang"),
        [71] = new("台湾", "Taiwan"),
        [81] = new("香港", "Hong Kong"),
        [82] = new("澳门", "Macao"),
    }.ToFrozenDictionary();
}
