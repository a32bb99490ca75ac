using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;
using Backbone.Platform.Web;
using Backbone.Platform.Web.Keys;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Platform.Tests.Keys;

[UnsupportedOSPlatform("windows")]
public sealed class SealedKeyFolderTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("backbone-protection-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Data_protection_keys_lie_in_the_folder_sealed_and_for_their_owner_alone()
    {
        Protector().Protect("x"u8.ToArray());

        var file = Assert.Single(Directory.GetFiles(Path.Combine(folder, "keys", "protection")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.DoesNotContain("masterKey", Encoding.Latin1.GetString(File.ReadAllBytes(file)), StringComparison.Ordinal);
        Assert.DoesNotContain("creationDate", Encoding.Latin1.GetString(File.ReadAllBytes(file)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_restart_opens_what_was_protected_before_and_makes_no_new_key()
    {
        var value = Protector().Protect("x"u8.ToArray());

        Assert.Equal("x"u8.ToArray(), Protector().Unprotect(value));
        Assert.Single(Directory.GetFiles(Path.Combine(folder, "keys", "protection")));
    }

    [Fact]
    public void Another_master_key_opens_none_of_them()
    {
        Protector().Protect("x"u8.ToArray());
        File.WriteAllBytes(Path.Combine(folder, "keys", "master.key"), RandomNumberGenerator.GetBytes(MasterKey.Size));

        Assert.ThrowsAny<CryptographicException>(() => Protector().Protect("x"u8.ToArray()));
    }

    private IDataProtector Protector()
    {
        var services = new ServiceCollection();
        services.AddSealedDataProtection(new BackboneOptions { DataDirectory = folder });
        return services.BuildServiceProvider().GetRequiredService<IDataProtectionProvider>().CreateProtector("test");
    }
}
