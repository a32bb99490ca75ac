using System.Net;
using Backbone.Testing;

namespace Backbone.Identity.Tests.AccountPages;

/// <summary>Posts no page offers: what an attacker with a session of their own would try.</summary>
internal static class RawForms
{
    /// <summary>Posts with this browser's cookies and the token of the page it stands on; follows nothing.</summary>
    public static async Task<HttpStatusCode> PostAsync(
        this ScriptlessBrowser browser, string path, bool withToken = true, params (string Name, string Value)[] fields)
    {
        using var answer = await browser.SendAsync(path, new FormUrlEncodedContent(
            fields.Select(field => KeyValuePair.Create(field.Name, field.Value))
                .Concat(withToken ? [KeyValuePair.Create("_token", Token(browser))] : [])));
        return answer.StatusCode;
    }

    public static async Task<HttpResponseMessage> PostJsonAsync(this ScriptlessBrowser browser, string path, string json, bool withToken = true)
    {
        var content = new StringContent(json, System.Text.Encoding.UTF8, "application/json");
        if (withToken)
        {
            content.Headers.Add("X-Form-Token", Token(browser));
        }

        return await browser.SendAsync(path, content);
    }

    private static string Token(ScriptlessBrowser browser) => browser.Page.QuerySelector("input[name=_token]")!.GetAttribute("value")!;

    private static async Task<HttpResponseMessage> SendAsync(this ScriptlessBrowser browser, string path, HttpContent content)
    {
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = browser.Cookies, UseProxy = false });
        client.DefaultRequestHeaders.Add("Accept-Language", browser.Language);
        return await client.PostAsync(new Uri(browser.Address, path), content);
    }
}
