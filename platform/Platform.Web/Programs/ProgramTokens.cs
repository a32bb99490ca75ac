using Backbone.Platform.Web.Errors;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Backbone.Platform.Web.Programs;

/// <summary>
/// Programs that call an interface of a module with an access token (RFC 9068). The stock handler trusts the published metadata of the
/// issuer and nothing else, so it works the same whether identity runs in this process or on another machine. An issuer that is away is
/// 503, never a 401 that would make a program throw its token away.
/// </summary>
public static partial class ProgramTokens
{
    private const string IssuerAway = "backbone:issuer-away";
    private static readonly TimeSpan IssuerAnswersWithin = TimeSpan.FromSeconds(10);

    /// <summary>The least that clocks of different machines may differ by. The library's own five minutes would double a token's life.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);

    /// <summary>Registers one scheme for the tokens of one interface.</summary>
    /// <param name="services">The container being built.</param>
    /// <param name="platform">Names the issuer.</param>
    /// <param name="scheme">The scheme's name; policies refer to it.</param>
    /// <param name="audience">The interface's resource identifier (RFC 8707): a token made for another one opens nothing here.</param>
    public static IServiceCollection AddProgramTokens(this IServiceCollection services, BackboneOptions platform, string scheme, string audience)
    {
        ArgumentNullException.ThrowIfNull(platform);
        services.AddAuthentication().AddJwtBearer(scheme, bearer =>
        {
            bearer.Authority = platform.IssuerAddress;
            bearer.Audience = audience;
            bearer.RequireHttpsMetadata = platform.IssuerAddress.StartsWith("https://", StringComparison.OrdinalIgnoreCase);
            bearer.BackchannelTimeout = IssuerAnswersWithin;
            bearer.MapInboundClaims = false;

            // RFC 9068 4: an identity token opens nothing here.
            bearer.TokenValidationParameters.ValidTypes = ["at+jwt"];
            bearer.TokenValidationParameters.ValidAlgorithms = ["ES256"];
            bearer.TokenValidationParameters.ClockSkew = Skew;
            bearer.Events = new JwtBearerEvents
            {
                OnMessageReceived = NeedIssuerAsync,
                OnChallenge = AnswerAwayAsync,
                OnForbidden = SayWhy,
            };
        });
        return services;
    }

    /// <summary>Lets in a program in its own name whose token carries the scope; never a person's token, whatever its scope.</summary>
    public static AuthorizationPolicyBuilder RequireProgram(this AuthorizationPolicyBuilder policy, string scope)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return policy.RequireAuthenticatedUser().RequireAssertion(context => CallingProgram.Of(context.User) is { } program && program.MayUse(scope));
    }

    /// <summary>Without the issuer's metadata nothing can be said about a token.</summary>
    private static async Task NeedIssuerAsync(MessageReceivedContext context)
    {
        if (context.Request.Headers.Authorization.Count == 0 || context.Options.ConfigurationManager is not { } metadata)
        {
            return;
        }

        try
        {
            await metadata.GetConfigurationAsync(context.HttpContext.RequestAborted);
        }
        catch (Exception failure) when (failure is InvalidOperationException or HttpRequestException or IOException or TaskCanceledException)
        {
            // The type alone: messages of the client library quote requests.
            var logger = context.HttpContext.RequestServices.GetRequiredService<ILogger<JwtBearerHandler>>();
            Unreachable(logger, (failure.InnerException ?? failure).GetType().Name);
            context.HttpContext.Items[IssuerAway] = true;
            context.NoResult();
        }
    }

    private static async Task AnswerAwayAsync(JwtBearerChallengeContext context)
    {
        if (context.HttpContext.Items.ContainsKey(IssuerAway))
        {
            context.HandleResponse();
            context.Response.Headers.RetryAfter = "5";
            await new PageProblem(Problems.Unavailable, "The issuer of the token cannot be reached.").ExecuteAsync(context.HttpContext);
        }
    }

    /// <summary>RFC 6750 3.1.</summary>
    private static Task SayWhy(ForbiddenContext context)
    {
        context.Response.Headers.WWWAuthenticate = """Bearer error="insufficient_scope" """.TrimEnd();
        return Task.CompletedTask;
    }

    [LoggerMessage(9210, LogLevel.Warning, "A program's token could not be judged: the issuer is out of reach ({Reason})")]
    private static partial void Unreachable(ILogger logger, string reason);
}
