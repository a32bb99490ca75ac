using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.WebUtilities;
using OpenIddict.Abstractions;

namespace Backbone.Identity.Authorize;

internal enum LoginNeed
{
    None,
    SignIn,

    /// <summary>Somebody is signed in, and must prove it anew (prompt, max_age, another person than the hint).</summary>
    Again,
}

/// <summary>
/// Sends a person to sign in and knows them when they come back: the return address carries a sealed note of when sign-in was demanded, and
/// only an authentication after that moment meets it. So <c>prompt=login</c> neither loops nor can be stepped over by editing the address.
/// </summary>
internal sealed class LoginDemand(IDataProtectionProvider protection, TimeProvider clock)
{
    private const string Parameter = "login_demand";

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    private readonly IDataProtector _protector = protection.CreateProtector("Backbone.Identity.LoginDemand");

    public string SignInAddress(string address, OpenIddictRequest request, LoginNeed need)
    {
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        var separator = address.IndexOf('?', StringComparison.Ordinal);
        var parameters = QueryHelpers.ParseQuery(address[separator..]).Where(pair => pair.Key != Parameter)
            .SelectMany(pair => pair.Value.Select(value => KeyValuePair.Create(pair.Key, value ?? "")));
        var back = new QueryBuilder(parameters) { { Parameter, _protector.Protect(now.ToString(CultureInfo.InvariantCulture)) } };
        var query = new QueryBuilder { { "return", address[..separator] + back } };
        if (need == LoginNeed.Again)
        {
            query.Add("prompt", "login");
        }

        if (request.LoginHint is { Length: > 0 and <= 256 } hint)
        {
            query.Add("login_hint", hint);
        }

        return "/sign-in" + query;
    }

    /// <summary>True when the person authenticated after this request had demanded it.</summary>
    public bool IsMet(OpenIddictRequest request, DateTimeOffset authenticated)
    {
        if ((string?)request.GetParameter(Parameter) is not { Length: > 0 and < 1024 } note)
        {
            return false;
        }

        try
        {
            var demanded = DateTimeOffset.FromUnixTimeSeconds(long.Parse(_protector.Unprotect(note), CultureInfo.InvariantCulture));
            return authenticated >= demanded && clock.GetUtcNow() - demanded < Lifetime;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
