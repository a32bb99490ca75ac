using Backbone.Identity.Storage;
using Backbone.Platform.Web;
using Backbone.Platform.Web.Assets;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Backbone.Identity.Passkeys;

internal static class PasskeySetup
{
    /// <summary>
    /// WebAuthn as we ask for it. Attestation is not requested and not verified (ASP.NET Core Identity 10 accepts any statement while
    /// <see cref="IdentityPasskeyOptions.VerifyAttestationStatement"/> is unset): a passkey proves possession of a key and that its holder
    /// was verified by the device, not which make of device it is. A level that needs certified authenticators must bring an AAGUID policy.
    /// </summary>
    public static void AddPasskeys(this ModuleContext context)
    {
        var origin = new Uri(context.Platform.PublicUrl).GetLeftPart(UriPartial.Authority);
        context.Services.Configure<IdentityPasskeyOptions>(passkeys =>
        {
            passkeys.ServerDomain = new Uri(origin).Host;
            passkeys.UserVerificationRequirement = "required";
            passkeys.ResidentKeyRequirement = "required";
            passkeys.AttestationConveyancePreference = "none";
            passkeys.AuthenticatorTimeout = TimeSpan.FromMinutes(5);

            // The address people use, not the Host header of the request: behind a proxy only the setting is ours.
            passkeys.ValidateOrigin = claim => ValueTask.FromResult(
                !claim.CrossOrigin && string.Equals(claim.Origin, origin, StringComparison.OrdinalIgnoreCase));
        });
        context.Services.TryAddScoped<IPasskeyHandler<Account>, PasskeyHandler<Account>>();
        context.Services.AddScoped<PasskeyCeremony>();
        context.Services.AddPageAsset(typeof(PasskeySetup).Assembly, "passkeys.js");
    }

    public static void MapPasskeys(this IEndpointRouteBuilder endpoints)
    {
        CreatePasskey.Map(endpoints);
        ManagePasskey.Map(endpoints);
    }
}
