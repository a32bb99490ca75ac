using Microsoft.Extensions.Options;

namespace Backbone.Identity.Accounts;

/// <summary>How accounts are kept (section <c>Backbone:Identity:Accounts</c>).</summary>
internal sealed class AccountOptions
{
    public const string Section = "Backbone:Identity:Accounts";

    public const int FewestIterations = 210_000;

    /// <summary>PBKDF2-HMAC-SHA512 iterations of password hashes; 210,000–10,000,000 (OWASP's lower bound). Default 210,000.</summary>
    public int PasswordIterations { get; set; } = FewestIterations;
}

internal sealed class AccountOptionsBounds : IValidateOptions<AccountOptions>
{
    public ValidateOptionsResult Validate(string? name, AccountOptions options) =>
        options.PasswordIterations is >= AccountOptions.FewestIterations and <= 10_000_000
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"{AccountOptions.Section}:{nameof(AccountOptions.PasswordIterations)} must be "
                + $"{AccountOptions.FewestIterations}–10000000 (iterations), but is {options.PasswordIterations}.");
}
