using Microsoft.AspNetCore.Http;

namespace Backbone.Platform.Web.Security;

/// <summary>Where forms of one response may lead besides this host.</summary>
internal sealed class FormActions
{
    private readonly SortedSet<string> sources = new(StringComparer.Ordinal);

    public void Add(string source) => sources.Add(source);

    public override string ToString() => string.Join(' ', sources);
}

public static class FormActionExtension
{
    /// <summary>
    /// Lets forms of this one response lead to the origin of <paramref name="target"/>. Chromium applies <c>form-action</c> to every
    /// redirect after the POST, so sign-in, consent and <c>form_post</c> pages that end at an app need the app's origin here.
    /// Only ever call it with a redirect URI already validated against the client: otherwise whoever writes the link chooses the origin.
    /// </summary>
    public static void AllowFormAction(this HttpContext context, Uri target)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (!target.IsAbsoluteUri)
        {
            return;
        }

        if (context.Features.Get<FormActions>() is not { } actions)
        {
            context.Features.Set(actions = new FormActions());
        }

        // Uri has parsed scheme and host: neither can hold a blank or a semicolon, so nothing else enters the header.
        actions.Add(target.Scheme is "http" or "https" ? target.GetLeftPart(UriPartial.Authority) : target.Scheme + ":");
    }
}
