using System.Net;
using AngleSharp.Html.Dom;

namespace Backbone.Testing;

/// <summary>The same form many times at once, as a program would send it that does not wait for answers.</summary>
public static class FormSalvo
{
    /// <summary>Sends the page's form that has these fields; the browser itself stays where it stands.</summary>
    /// <param name="browser">Stands on the page with the form.</param>
    /// <param name="times">How often.</param>
    /// <param name="fields">What is typed the n-th time.</param>
    /// <returns>The status of each answer; redirects are not followed.</returns>
    public static async Task<IReadOnlyList<HttpStatusCode>> SalvoAsync(
        this ScriptlessBrowser browser, int times, Func<int, IReadOnlyDictionary<string, string>> fields)
    {
        var typed = fields(0).Keys;
        var form = browser.Page.Forms.First(candidate => typed.All(name => candidate.Elements.Any(e => e.GetAttribute("name") == name)));
        var hidden = form.Elements.OfType<IHtmlInputElement>().Where(input => input.Type == "hidden" && input.Name is not null)
            .ToDictionary(input => input.Name!, input => input.Value);
        var target = new Uri(browser.Address, form.GetAttribute("action") is { Length: > 0 } action ? action : browser.Address.PathAndQuery);

        // The cookies as they are now: answers must not change what the later ones send.
        var cookies = browser.Cookies.GetCookieHeader(browser.Address);
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });
        return await Task.WhenAll(Enumerable.Range(0, times).Select(async i =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, target)
            {
                Content = new FormUrlEncodedContent([.. hidden, .. fields(i)]),
            };
            request.Headers.Add("Cookie", cookies);
            request.Headers.Add("Accept", "text/html");
            request.Headers.Add("Origin", browser.Address.GetLeftPart(UriPartial.Authority));
            using var answer = await client.SendAsync(request);
            return answer.StatusCode;
        }));
    }
}
