using Backbone.Credit.Profiles;
using Backbone.Platform.Web;
using Backbone.Platform.Web.Batches;
using Backbone.Platform.Web.Programs;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Credit.Facts;

/// <summary>Which programs may do what with the credit record.</summary>
internal static class CreditPrograms
{
    /// <summary>The resource identifier of the interface (RFC 8707).</summary>
    public const string Audience = "urn:backbone:api:credit";

    /// <summary>Facts may be reported with it, each source in its own name.</summary>
    public const string ReportScope = "credit.facts.report";

    /// <summary>Profiles of organisations may be reported with it: the registry's.</summary>
    public const string ProfilesScope = "credit.profiles.report";

    /// <summary>Grades and reports of organisations are read with it, each time for a purpose and by a law that the program names.</summary>
    public const string ReadScope = "credit.read";

    /// <summary>Policy: a program that may report facts.</summary>
    public const string Report = "credit.programs.report";

    /// <summary>Policy: a program that may report profiles.</summary>
    public const string ReportProfiles = "credit.programs.profiles";

    /// <summary>Policy: a program that may read grades and reports.</summary>
    public const string Read = "credit.programs.read";

    private const string Scheme = "Backbone.Credit.Programs";

    public static void AddCreditPrograms(this ModuleContext context)
    {
        context.Services.AddProgramTokens(context.Platform, Scheme, Audience);
        context.Services.AddAuthorizationBuilder()
            .AddPolicy(Report, policy => policy.AddAuthenticationSchemes(Scheme).RequireProgram(ReportScope))
            .AddPolicy(ReportProfiles, policy => policy.AddAuthenticationSchemes(Scheme).RequireProgram(ProfilesScope))
            .AddPolicy(Read, policy => policy.AddAuthenticationSchemes(Scheme).RequireProgram(ReadScope));
        context.Services.AddSingleton<FactEntrance>();
        context.Services.AddScoped<StoreFacts>();
        context.Services.AddScoped<StoreProfiles>();
    }
}

/// <summary>The door for facts: a few batches at once, for a database takes one after another.</summary>
internal sealed class FactEntrance(TimeProvider clock) : BatchEntrance(new(Most: 8, MostPerSender: 2, TimeSpan.FromSeconds(60)), clock);
