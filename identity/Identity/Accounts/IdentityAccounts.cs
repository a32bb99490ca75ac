using Backbone.Identity.Accounts.Passwords;
using Backbone.Identity.Accounts.Staff;
using Backbone.Identity.Storage;
using Backbone.Platform.Web;
using Backbone.Platform.Web.Hosting;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Backbone.Identity.Accounts;

internal static class IdentityAccounts
{
    /// <summary>ASP.NET Core Identity without its pages and cookies: users, hasher, authenticator codes, passkeys.</summary>
    public static void AddIdentityAccounts(this ModuleContext context)
    {
        var services = context.Services;
        services.AddOptions<AccountOptions>().BindConfiguration(AccountOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<AccountOptions>, AccountOptionsBounds>();
        services.AddOptions<PasswordHasherOptions>().Configure<IOptions<AccountOptions>>((hasher, accounts) =>
        {
            hasher.CompatibilityMode = PasswordHasherCompatibilityMode.IdentityV3;
            hasher.IterationCount = accounts.Value.PasswordIterations;
        });
        services.AddScoped<IPasswordHasher<Account>, NormalizingPasswordHasher>();
        services.AddIdentityCore<Account>(identity =>
            {
                // NIST SP 800-63B-4 3.1.1.2: length and a list of refused passwords, no classes of characters.
                identity.Password.RequiredLength = 10;
                identity.Password.RequireDigit = false;
                identity.Password.RequireLowercase = false;
                identity.Password.RequireUppercase = false;
                identity.Password.RequireNonAlphanumeric = false;
                identity.Password.RequiredUniqueChars = 1;
                identity.Stores.SchemaVersion = IdentitySchemaVersions.Version3;

                // The design-time model has no options and takes 128; another value here is another model than the migrations.
                identity.Stores.MaxLengthForKeys = 128;
            })
            .AddRoles<IdentityRole<Guid>>()
            .AddUserStore<AccountStore>()
            .AddPasswordValidator<PasswordRules>()
            .AddTokenProvider<AuthenticatorTokenProvider<Account>>(TokenOptions.DefaultAuthenticatorProvider);
        services.AddScoped(provider => (AccountStore)provider.GetRequiredService<IUserStore<Account>>());
        services.AddScoped<NewCredentials>();
        services.AddScoped<AssignRoles>();
        services.AddScoped<DisableAccount>();
        services.AddScoped<EnableAccount>();
        services.AddSingleton(provider => new StaffAccounts(provider.GetRequiredService<IServiceScopeFactory>(), provider.GetRequiredService<TimeProvider>()));
        services.AddScoped<VerifyTotp>();
        if (context.Platform.Demo)
        {
            services.AddHostedService<SeedDemonstration>();
            services.AddSingleton<IDemonstrationPasswords, ResetDemonstration>();
        }
    }
}
