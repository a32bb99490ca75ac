using System.Threading.RateLimiting;
using Backbone.Audit.Contracts;
using Backbone.Identity.Events;
using Backbone.Identity.Limits;
using Backbone.Platform.Web.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Backbone.Identity.SignIn;

/// <summary>Before every posted sign-in step: the limit per network address. After it: without the audit log nobody signs in.</summary>
internal sealed class SignInGuard(IOptions<LimitOptions> options) : IDisposable
{
    private readonly PartitionedRateLimiter<string> _limiter = PartitionedRateLimiter.Create<string, string>(address =>
        RateLimitPartition.GetFixedWindowLimiter(address, _ => new FixedWindowRateLimiterOptions
        {
            PermitLimit = options.Value.SignInsPerAddressPerMinute,
            Window = TimeSpan.FromMinutes(1),
        }));

    public static async ValueTask<object?> Filter(EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        var http = invocation.HttpContext;
        try
        {
            using var lease = http.RequestServices.GetRequiredService<SignInGuard>()
                ._limiter.AttemptAcquire(http.Connection.RemoteIpAddress?.ToString() ?? "");
            if (!lease.IsAcquired)
            {
                var refused = IdentityEvents.SignInRefused(EventContext.Of(http), null, "too_many_requests", "none");
                await http.RequestServices.GetRequiredService<IAuditTrail>().AppendAsync(refused, http.RequestAborted);
                http.Response.Headers.RetryAfter = "60";
                return new PageProblem(Problems.TooManyRequests);
            }

            return await next(invocation);
        }
        catch (AuditUnavailableException)
        {
            return new PageProblem(Problems.Unavailable);
        }
    }

    public void Dispose() => _limiter.Dispose();
}
