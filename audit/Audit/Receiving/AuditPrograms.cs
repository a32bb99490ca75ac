using Backbone.Audit.Events;
using Backbone.Audit.Privacy;
using Backbone.Platform.Web;
using Backbone.Platform.Web.Console;
using Backbone.Platform.Web.Programs;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Backbone.Audit.Receiving;

/// <summary>Which programs may do what with the log, and everything the ways in need.</summary>
internal static class AuditPrograms
{
    /// <summary>The resource identifier of the log's interface: tokens are asked for with it (RFC 8707) and carry it as their audience.</summary>
    public const string Audience = "urn:backbone:api:audit";

    public const string WriteScope = "audit.write";

    /// <summary>Policy: a program that may append events.</summary>
    public const string Write = "audit.programs.write";

    /// <summary>Policy: an audit administrator at the console, or a program that may append events.</summary>
    public const string StaffOrWriter = "audit.staff-or-writer";

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
            .AddPolicy(StaffOrWriter, policy => policy.AddAuthenticationSchemes(StaffOrProgramScheme).RequireAssertion(
                asked => asked.User.HasClaim("role", ConsoleRoles.Audit) || CallingProgram.Of(asked.User)?.MayUse(WriteScope) == true));

        services.AddOptions<ReceivingOptions>().Bind(context.Configuration.GetSection(ReceivingOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ReceivingOptions>, ReceivingOptionsBounds>();
        services.AddSingleton<SubjectKeys>();
        services.AddSingleton<EventPrivacy>();
        services.AddSingleton<EventValidation>();
        services.AddSingleton<EventIntake>();
        services.AddSingleton<Admission>();
        services.AddSingleton<Senders>();
    }
}
