using System.Security.Claims;
using Backbone.Audit.Events;
using Backbone.Audit.Privacy;
using Backbone.Audit.Receiving.Spools;
using Backbone.Audit.Receiving.Syslog;
using Backbone.Platform.Web;
using Backbone.Platform.Web.Console;
using Backbone.Platform.Web.Programs;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Backbone.Audit.Receiving;

/// <summary>Which programs may do what with the log, and everything the ways in need.</summary>
internal static class AuditPrograms
{
    /// <summary>The resource identifier of the log's interface: tokens are asked for with it (RFC 8707) and carry it as their audience.</summary>
    public const string Audience = "urn:backbone:api:audit";

    public const string WriteScope = "audit.write";

    /// <summary>Whole events may be fetched with it: for independent verifiers and supervising systems.</summary>
    public const string ReadScope = "audit.read";

    /// <summary>Hosts of the same operator forward their events with it, in the names that stand in them.</summary>
    public const string ForwardScope = "audit.forward";

    /// <summary>Policy: a host that may forward its events.</summary>
    public const string Forward = "audit.programs.forward";

    /// <summary>Who looked at a person's data may be asked with it: for portals that show it to that person.</summary>
    public const string UsageScope = "audit.usage";

    /// <summary>Policy: a program that may ask who looked at a person's data.</summary>
    public const string Usage = "audit.programs.usage";

    /// <summary>Policy: a program that may append events.</summary>
    public const string Write = "audit.programs.write";

    /// <summary>Policy: an audit administrator at the console, or a program that may append events.</summary>
    public const string StaffOrWriter = "audit.staff-or-writer";

    /// <summary>Policy: an audit administrator at the console, or a program that may read events.</summary>
    public const string StaffOrReader = "audit.staff-or-reader";

    private const string Scheme = "Backbone.Audit.Programs";

    /// <summary>Staff come with the console's cookie, programs with a token; who brings a token is judged by it alone.</summary>
    private const string StaffOrProgramScheme = "Backbone.Audit.StaffOrProgram";

    public static void AddAuditPrograms(this ModuleContext context)
    {
        var services = context.Services;
        services.AddProgramTokens(context.Platform, Scheme, Audience);
        services.AddAuthentication().AddPolicyScheme(StaffOrProgramScheme, null, either => either.ForwardDefaultSelector =
            http => http.Request.Headers.Authorization.Count > 0 ? Scheme : ConsoleSignIn.Cookie);
        services.AddAuthorizationBuilder()
            .AddPolicy(Write, policy => policy.AddAuthenticationSchemes(Scheme).RequireProgram(WriteScope))
            .AddPolicy(Usage, policy => policy.AddAuthenticationSchemes(Scheme).RequireProgram(UsageScope))
            .AddPolicy(Forward, policy => policy.AddAuthenticationSchemes(Scheme).RequireProgram(ForwardScope))
            .AddPolicy(StaffOrWriter, policy => StaffOr(policy, WriteScope))
            .AddPolicy(StaffOrReader, policy => StaffOr(policy, ReadScope));

        services.AddOptions<ReceivingOptions>().Bind(context.Configuration.GetSection(ReceivingOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ReceivingOptions>, ReceivingOptionsBounds>();
        services.AddSingleton<SubjectKeys>();
        services.AddSingleton<Erasure>();
        services.AddSingleton<FinishErasures>();
        services.AddHostedService(provider => provider.GetRequiredService<FinishErasures>());
        services.AddHealthChecks().AddCheck<ErasureHealth>(ErasureHealth.Name, HealthStatus.Degraded);
        services.AddSingleton<EventPrivacy>();
        services.AddSingleton<EventValidation>();
        services.AddSingleton<EventIntake>();
        services.AddSingleton(new SpoolMarks(context.Platform.PathOf("audit", "spools")));
        services.AddSingleton<SpoolIntake>();
        services.AddHostedService<MoveSpoolMarks>();
        services.AddSingleton<EventEntrance>();
        services.AddSingleton<Senders>();
        services.AddSingleton<ListenSyslog>();
        services.AddHostedService(provider => provider.GetRequiredService<ListenSyslog>());
    }

    private static void StaffOr(AuthorizationPolicyBuilder policy, string scope) => policy
        .AddAuthenticationSchemes(StaffOrProgramScheme)
        .RequireAuthenticatedUser()
        .RequireAssertion(asked => IsStaff(asked.User) || CallingProgram.Of(asked.User)?.MayUse(scope) == true);

    /// <summary>By the console's sign-in only: a role that an app's token carries (every access token names its client) counts for nothing.</summary>
    private static bool IsStaff(ClaimsPrincipal caller) => caller.HasClaim("role", ConsoleRoles.Audit) && caller.FindFirst("client_id") is null;
}
