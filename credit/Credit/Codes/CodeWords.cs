using System.Globalization;
using Backbone.Platform;
using Backbone.Platform.Entities;

namespace Backbone.Credit.Codes;

/// <summary>Each reason in words: what is wrong, and the way out.</summary>
internal static class CodeWords
{
    public static Bilingual Of(EntityCodeReading reading) => reading.Fault switch
    {
        EntityCodeFault.Length => new(
            $"统一社会信用代码为18位，这里有{Count(reading)}位。请对照营业执照核对。",
            $"A unified social credit code has 18 characters, this has {Count(reading)}. Compare it with the licence."),
        EntityCodeFault.Alphabet => new(
            $"第{reading.Position}位不是代码所用字符：代码只用数字和除I、O、S、V、Z外的大写字母。",
            $"Character {reading.Position} is none that codes use: digits, and capital letters without I, O, S, V and Z."),
        EntityCodeFault.ResidentIdentityNumber => new(
            "这是公民身份号码。本系统只记录组织，不记录自然人；请勿在此填写身份号码。",
            "This is a resident identity number. Only organisations are recorded here, never natural persons; do not enter such a number."),
        EntityCodeFault.Category => new(
            "前两位不是登记管理部门和机构类别代码。", "The first two characters are no registering department and class."),
        EntityCodeFault.Region => new(
            $"第3至8位是行政区划代码，应全为数字；第{reading.Position}位不是。",
            $"Characters 3 to 8 are the region and are digits; character {reading.Position} is none."),
        EntityCodeFault.OrganisationCheck => new(
            "第17位（主体标识码校验位）不符，至少有一位写错。请对照营业执照核对。",
            "Character 17, the check of the organisation code, does not fit: at least one character is wrong. Compare it with the licence."),
        EntityCodeFault.Check => new(
            "第18位（校验位）不符，至少有一位写错。请对照营业执照核对。",
            "Character 18, the check, does not fit: at least one character is wrong. Compare it with the licence."),
        EntityCodeFault.NaturalPerson => new(
            "这是个体工商户，依照民法典第五十四条视为自然人。本系统不对自然人作信用记录或评价。",
            "This is an individual business, which counts as a natural person (Civil Code art. 54). No natural person is recorded or scored here."),
        EntityCodeFault.RegistrationNumber => new(
            "这是旧的15位注册号。请使用营业执照上18位的统一社会信用代码。",
            "This is a registration number of 15 digits. Use the unified code of 18 characters on the licence."),
        EntityCodeFault.RegistrationNumberCheck => new(
            "这是15位数字，但不符合旧注册号的校验位。请使用18位的统一社会信用代码。",
            "These are 15 digits, and not a registration number by their check. Use the unified code of 18 characters."),
        _ => new("", ""),
    };

    private static string Count(EntityCodeReading reading) =>
        reading.Length > 64 ? "64+" : reading.Length.ToString(CultureInfo.InvariantCulture);
}
