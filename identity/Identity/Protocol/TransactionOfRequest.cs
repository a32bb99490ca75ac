using Microsoft.AspNetCore.Http;
using OpenIddict.Server;
using OpenIddict.Server.AspNetCore;

namespace Backbone.Identity.Protocol;

internal static class TransactionOfRequest
{
    /// <summary>The engine's transaction of this request; null outside the protocol's endpoints.</summary>
    public static OpenIddictServerTransaction? GetOpenIddictTransaction(this HttpContext http) =>
        http.Features.Get<OpenIddictServerAspNetCoreFeature>()?.Transaction;
}
