using Backbone.Platform.Web.Security;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using OpenIddict.Server;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Backbone.Identity.Authorize;

/// <summary>
/// OAuth 2.0 Form Post Response Mode. The engine's own page has an inline script, which our Content-Security-Policy forbids; this one submits
/// itself by a script of ours, and by a button where scripts are off.
/// </summary>
internal sealed class AnswerByForm : IOpenIddictServerHandler<ApplyAuthorizationResponseContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<ApplyAuthorizationResponseContext>()
            .UseSingletonHandler<AnswerByForm>()
            .SetOrder(OpenIddictServerAspNetCoreHandlers.Authentication.ProcessFormPostResponse.Descriptor.Order)
            .SetType(OpenIddictServerHandlerType.Custom)
            .Build();

    public async ValueTask HandleAsync(ApplyAuthorizationResponseContext context)
    {
        if (string.IsNullOrEmpty(context.RedirectUri) || context.ResponseMode != ResponseModes.FormPost
            || context.Transaction.GetHttpRequest()?.HttpContext is not { } http)
        {
            return;
        }

        var fields = context.Response.GetParameters()
            .Select(parameter => KeyValuePair.Create(parameter.Key, (string?)parameter.Value ?? ""))
            .Where(field => field.Value.Length > 0).ToList();
        http.AllowFormAction(new Uri(context.RedirectUri));
        http.Response.StatusCode = StatusCodes.Status200OK;
        http.Response.Headers.CacheControl = "no-store";
        await new RazorComponentResult(typeof(FormPostPage), new { Action = context.RedirectUri, Fields = fields }).ExecuteAsync(http);
        context.HandleRequest();
    }
}
