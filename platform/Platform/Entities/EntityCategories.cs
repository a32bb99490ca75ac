using System.Collections.Frozen;

namespace Backbone.Platform.Entities;

/// <summary>
/// Registering departments and classes: the first two characters of a code. Scope is decided here: organisations of departments 1 to 8, A, N
/// and Y, enterprises (91) and farmers' cooperatives (93); individual businesses (92) are natural persons. Another class of department 9 is
/// not known to the standard's public tables and is refused. Source: GB 32100-2015, table 1; Civil Code art. 54 for 92.
/// </summary>
public static class EntityCategories
{
    /// <summary>The department's name; null for a character that names none.</summary>
    public static Bilingual? Department(char department) => Departments.TryGetValue(department, out var name) ? name : null;

    /// <summary>The class's name; that of "other" where the standard leaves the class open.</summary>
    public static Bilingual? Class(char department, char category)
    {
        if (Classes.TryGetValue((department, category), out var name))
        {
            return name;
        }

        return Knows(department, category) ? new("其他", "other") : null;
    }

    internal static bool Knows(char department, char category) => department switch
    {
        >= '1' and <= '8' => category is >= '1' and <= '9',
        '9' => category is >= '1' and <= '3',
        'A' or 'N' or 'Y' => category is >= '1' and <= '9',
        _ => false,
    };

    internal static bool IsNaturalPerson(char department, char category) => department == '9' && category == '2';

    private static readonly FrozenDictionary<char, Bilingual> Departments = new Dictionary<char, Bilingual>
    {
        ['1'] = new("机构编制", "establishment office"),
        ['2'] = new("外交", "foreign affairs"),
        ['3'] = new("司法行政", "justice"),
        ['4'] = new("文化", "culture"),
        ['5'] = new("民政", "civil affairs"),
        ['6'] = new("旅游", "tourism"),
        ['7'] = new("宗教", "religion"),
        ['8'] = new("工会", "trade unions"),
        ['9'] = new("市场监管", "market regulation"),
        ['A'] = new("军队改革和编制", "military"),
        ['N'] = new("农业", "agriculture"),
        ['Y'] = new("其他", "other"),
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<(char, char), Bilingual> Classes = new Dictionary<(char, char), Bilingual>
    {
        [('1', '1')] = new("机关", "organ of state"),
        [('1', '2')] = new("事业单位", "public institution"),
        [('1', '3')] = new("群众团体", "mass organisation"),
        [('3', '1')] = new("律师执业机构", "law firm"),
        [('5', '1')] = new("社会团体", "social organisation"),
        [('5', '2')] = new("民办非企业单位", "private non-enterprise unit"),
        [('5', '3')] = new("基金会", "foundation"),
        [('8', '1')] = new("基层工会", "trade union"),
        [('9', '1')] = new("企业", "enterprise"),
        [('9', '2')] = new("个体工商户", "individual business"),
        [('9', '3')] = new("农民专业合作社", "farmers' cooperative"),
        [('N', '1')] = new("组级集体经济组织", "group collective"),
        [('N', '2')] = new("村级集体经济组织", "village collective"),
        [('N', '3')] = new("乡镇级集体经济组织", "township collective"),
    }.ToFrozenDictionary();
}
