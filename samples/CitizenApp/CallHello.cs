using System.Net.Http.Headers;
using Microsoft.AspNetCore.Authentication;

namespace Backbone.CitizenApp;

/// <summary>One call of the API with the person's access token. The address is the configured one, never the request's Host header.</summary>
internal static class CallHello
{
    /// <returns>The API's answer, or the status and challenge it refused with.</returns>
    public static async Task<string> CallAsync(HttpContext context, IHttpClientFactory clients, Settings settings)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, settings.Self + "/api/hello");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await context.GetTokenAsync("access_token"));
        using var client = clients.CreateClient();
        using var answer = await client.SendAsync(request, context.RequestAborted);
        return answer.IsSuccessStatusCode
            ? await answer.Content.ReadAsStringAsync(context.RequestAborted)
            : $"{(int)answer.StatusCode} {answer.Headers.WwwAuthenticate}";
    }
}
