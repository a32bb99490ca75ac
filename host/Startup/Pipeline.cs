using System.Net;
using Backbone.Platform.Web;
using Backbone.Platform.Web.Console;
using Backbone.Platform.Web.Pages;
using Backbone.Platform.Web.Security;
using Backbone.Platform.Web.Telemetry;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Backbone.Host.Startup;

/// <summary>The order in which a request passes, and what the server accepts at all.</summary>
internal static class Pipeline
{
    /// <summary>Largest body: forms and tokens only. 1 MiB.</summary>
    private const long MostBodyBytes = 1 << 20;

    /// <summary>All request headers together: room for the cookies of several sessions. 32 KiB (Kestrel's default).</summary>
    private const int MostHeaderBytes = 32 << 10;

    /// <summary>A client that dribbles its headers is dropped after this.</summary>
    private static readonly TimeSpan HeadersWithin = TimeSpan.FromSeconds(15);

    /// <summary>An idle connection is closed after this.</summary>
    private static readonly TimeSpan KeepAlive = TimeSpan.FromMinutes(2);

    public static void Limit(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = MostBodyBytes;
        kestrel.Limits.MaxRequestHeadersTotalSize = MostHeaderBytes;
        kestrel.Limits.RequestHeadersTimeout = HeadersWithin;
        kestrel.Limits.KeepAliveTimeout = KeepAlive;
    }

    public static void Compose(WebApplication app, BackboneOptions options, IEnumerable<IBackboneModule> modules)
    {
        if (options.TrustedProxies.Count > 0)
        {
            app.UseForwardedHeaders(Forwarded(options.TrustedProxies));
        }

        // The declared address is the only one: a Host header of the caller's choice must not reach metadata, redirects or cookies.
        var own = new Uri(options.PublicUrl);
        app.Use((context, next) =>
        {
            (context.Request.Scheme, context.Request.Host) = (own.Scheme, new HostString(own.Authority));
            return next(context);
        });
        app.UsePageShell();
        app.UseRouting();
        app.UseReadableForms();
        app.Use(ShortWay.AnswerAsync);
        app.UseRateLimiter();
        app.UseAuthentication();
        app.Use(RefuseUnknown);
        app.UseAuthorization();
        app.UsePageForms();
        app.MapPageShell();
        app.MapHealth();
        app.MapConsole();
        foreach (var module in modules)
        {
            module.MapEndpoints(app);
        }
    }

    /// <summary>
    /// What no endpoint and no authentication handler answers does not exist: 404 for everybody. Otherwise the fallback policy would send
    /// strangers of a mistyped address to sign in first.
    /// </summary>
    private static Task RefuseUnknown(HttpContext context, RequestDelegate next)
    {
        if (context.GetEndpoint() is not null)
        {
            return next(context);
        }

        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    /// <summary>Only what a declared proxy says counts; the address a stranger claims never does.</summary>
    private static ForwardedHeadersOptions Forwarded(IEnumerable<string> proxies)
    {
        var forwarded = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost,
            ForwardLimit = null,
        };
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (var proxy in proxies)
        {
            if (IPAddress.TryParse(proxy, out var address))
            {
                forwarded.KnownProxies.Add(address);
            }
            else
            {
                forwarded.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(proxy));
            }
        }

        return forwarded;
    }
}
