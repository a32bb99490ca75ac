namespace Backbone.Identity.Accounts.Staff;

/// <summary>
/// The name a staff account signs in by: 2–64 of lower-case letters, digits, dot and hyphen, with at least one letter, so that it is neither a phone
/// number nor an e-mail address and looks the same to everybody.
/// </summary>
internal static class StaffName
{
    public const string Rule = "2 to 64 of a-z, 0-9, dot and hyphen, beginning with a letter";

    public static bool IsOne(string name) =>
        name.Length is >= 2 and <= 64 && char.IsAsciiLetterLower(name[0])
        && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '-');
}
