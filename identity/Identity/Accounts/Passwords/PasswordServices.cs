using Backbone.Identity.Storage;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Backbone.Identity.Accounts.Passwords;

internal static class PasswordServices
{
    /// <summary>The rules for new passwords and the one hasher. Idempotent; the order against Identity's own registration does not matter.</summary>
    public static IServiceCollection AddPasswordRules(this IServiceCollection services)
    {
        services.TryAddSingleton<PasswordRules>();
        services.TryAddEnumerable(ServiceDescriptor.Scoped<IPasswordValidator<Account>, PasswordRules>());
        services.Replace(ServiceDescriptor.Scoped<IPasswordHasher<Account>, NormalizingPasswordHasher>());
        services.PostConfigure<IdentityOptions>(identity =>
        {
            // The framework's own validator stays registered. Ours alone is to speak: its refusals have no Chinese and no code of the catalogue.
            identity.Password.RequiredLength = 1;
            identity.Password.RequiredUniqueChars = 1;
            identity.Password.RequireDigit = false;
            identity.Password.RequireLowercase = false;
            identity.Password.RequireUppercase = false;
            identity.Password.RequireNonAlphanumeric = false;
        });
        services.PostConfigure<PasswordHasherOptions>(hasher => hasher.IterationCount = Math.Max(hasher.IterationCount, AccountOptions.FewestIterations));
        return services;
    }
}
