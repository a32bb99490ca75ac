using Backbone.Identity.Storage;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Backbone.Identity.Accounts.Passwords;

/// <summary>
/// The framework's hasher (PBKDF2-SHA512, iterations from <see cref="PasswordHasherOptions"/>) over the NFKC form, so that one password
/// typed on two systems is one password (NIST SP 800-63B-4 3.1.1.2). The only hasher of accounts.
/// </summary>
internal sealed class NormalizingPasswordHasher(IOptions<PasswordHasherOptions> options) : PasswordHasher<Account>(options)
{
    public override string HashPassword(Account user, string password) => base.HashPassword(user, PasswordRules.Normalize(password));

    public override PasswordVerificationResult VerifyHashedPassword(Account user, string hashedPassword, string providedPassword) =>
        base.VerifyHashedPassword(user, hashedPassword, PasswordRules.Normalize(providedPassword));
}
