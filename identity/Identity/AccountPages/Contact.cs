using Backbone.Identity.Storage;
using Backbone.Platform.Web.Components;

namespace Backbone.Identity.AccountPages;

/// <summary>A person's contacts as pages and labels show them: masked, without the country's prefix.</summary>
internal static class Contact
{
    public static string Phone(Account account) => Masked.Phone(
        account.PhoneNumber?.StartsWith("+86", StringComparison.Ordinal) == true ? account.PhoneNumber[3..] : account.PhoneNumber);

    public static string Mail(Account account) => Masked.Mail(account.Email);
}
