using System.Globalization;
using Backbone.Identity.Register;
using Backbone.Identity.Storage;
using Backbone.Platform.Web.Pages;
using Microsoft.Extensions.Logging;

namespace Backbone.Identity.Notices;

/// <summary>
/// After a change of how somebody proves who they are, a notice to every phone and mailbox of the account: whoever did it may hold one of
/// them, and the owner must hear of it. Only after the commit. The change stands whatever becomes of the notice, and an impatient browser
/// cannot suppress it.
/// </summary>
internal sealed partial class TellOwner(ComposeNotice compose, INoticeSender sender, ILogger<IdentityModule> log)
{
    /// <summary>The longest that a request waits for the gateway, per notice.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <param name="change">One of the kinds about a change.</param>
    /// <param name="account">Whose way in was changed.</param>
    public async Task OfAsync(NoticeKind change, Account account)
    {
        // The person's choice, else the language of the page on which the change was made.
        var language = PageLanguage.OfTag(account.Language) ?? PageLanguage.OfTag(CultureInfo.CurrentUICulture.Name) ?? PageLanguage.Zh;
        await Task.WhenAll(ContactsOf(account).Select(to => SendAsync(compose.OfChange(change, to, language))));
    }

    private static IEnumerable<Identifier> ContactsOf(Account account) =>
        new[] { Identifier.Parse(account.PhoneNumber), Identifier.Parse(account.Email) }.OfType<Identifier>();

    private async Task SendAsync(Notice notice)
    {
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            await sender.SendAsync(notice, limit.Token).AsTask().WaitAsync(limit.Token);
        }
        catch (Exception failure)
        {
            // Not its message: it may hold the address.
            NotTold(log, notice.Kind, failure.GetType().Name);
        }
    }

    [LoggerMessage(1401, LogLevel.Error, "A notice of {Kind} did not reach the gateway ({Failure}). The change it tells of stands.")]
    private static partial void NotTold(ILogger log, NoticeKind kind, string failure);
}
