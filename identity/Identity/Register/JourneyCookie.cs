using System.Buffers.Text;
using System.Security.Cryptography;
using Backbone.Identity.Sessions;
using Backbone.Platform.Web;
using Backbone.Platform.Web.Keys;
using Microsoft.AspNetCore.Http;

namespace Backbone.Identity.Register;

/// <param name="Code">The row of the code that was sent, or would have been.</param>
/// <param name="To">The address the person typed.</param>
/// <param name="Verified">The right code was entered.</param>
/// <param name="ExpiresAt">The journey begins anew then.</param>
internal sealed record Journey(Guid Code, Identifier To, bool Verified, DateTimeOffset ExpiresAt);

/// <summary>
/// Where a person stands in a journey, sealed with the master key: the browser carries it and can neither read nor change it. It says
/// nothing about whether the address has an account. The code's row makes each journey single-use.
/// </summary>
internal sealed class JourneyCookie(MasterKey master, BackboneOptions options, TimeProvider clock)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(30);

    private const int MaxLength = 1024;

    public Journey? Read(HttpContext http, JourneyKind kind)
    {
        if (http.Request.Cookies[NameOf(kind)] is not { Length: > 0 and < MaxLength } text || !Base64Url.IsValid(text))
        {
            return null;
        }

        try
        {
            using var reader = new BinaryReader(new MemoryStream(master.Open(Label(http, kind), Base64Url.DecodeFromChars(text))));
            var journey = new Journey(
                new Guid(reader.ReadBytes(16)),
                new Identifier(reader.ReadBoolean(), reader.ReadString()),
                reader.ReadBoolean(),
                DateTimeOffset.FromUnixTimeSeconds(reader.ReadInt64()));
            return journey.ExpiresAt > clock.GetUtcNow() ? journey : null;
        }
        catch (CryptographicException)
        {
            // Another installation's, an old master key's, or made up.
            return null;
        }
    }

    public void Write(HttpContext http, JourneyKind kind, Guid code, Identifier to, bool verified)
    {
        using var plain = new MemoryStream();
        using (var writer = new BinaryWriter(plain))
        {
            writer.Write(code.ToByteArray());
            writer.Write(to.IsPhone);
            writer.Write(to.Value);
            writer.Write(verified);
            writer.Write((clock.GetUtcNow() + Lifetime).ToUnixTimeSeconds());
        }

        http.Response.Cookies.Append(NameOf(kind), Base64Url.EncodeToString(master.Seal(Label(http, kind), plain.ToArray())), Settings(Lifetime));
    }

    public void Delete(HttpContext http, JourneyKind kind) => http.Response.Cookies.Delete(NameOf(kind), Settings(null));

    /// <summary>A journey of an account is that account's: the next person at the computer does not go on with it.</summary>
    private static string Label(HttpContext http, JourneyKind kind) =>
        kind.IsForSignedIn ? $"journey/{kind.Name}/{http.User.AccountId():D}" : $"journey/{kind.Name}";

    private string NameOf(JourneyKind kind) => (options.PublicIsTls ? "__Host-bb-" : "bb-") + kind.Name;

    private CookieOptions Settings(TimeSpan? age) => new()
    {
        HttpOnly = true,
        IsEssential = true,
        MaxAge = age,
        Path = "/",
        SameSite = SameSiteMode.Lax,
        Secure = options.PublicIsTls,
    };
}
