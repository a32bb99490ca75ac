using System.Runtime.Versioning;
using System.Security.Cryptography;
using Backbone.Platform.Web.Keys;

namespace Backbone.Platform.Tests.Keys;

[UnsupportedOSPlatform("windows")]
public sealed class MasterKeyTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("backbone-key").FullName;

    private string KeyPath => Path.Combine(_folder, "keys", "master.key");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void It_is_created_once_for_its_owner_alone()
    {
        var first = MasterKey.LoadOrCreate(KeyPath);
        var second = MasterKey.LoadOrCreate(KeyPath);

        Assert.Equal(MasterKey.Size, new FileInfo(KeyPath).Length);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeyPath));
        Assert.Equal(first.Derive("a"), second.Derive("a"));
        Assert.Single(Directory.GetFileSystemEntries(Path.GetDirectoryName(KeyPath)!));
    }

    [Fact]
    public void Hosts_that_start_at_once_agree_on_one_key()
    {
        var keys = new byte[8][];
        Parallel.For(0, keys.Length, i => keys[i] = MasterKey.LoadOrCreate(KeyPath).Derive("a"));

        Assert.All(keys, key => Assert.Equal(keys[0], key));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    public void A_file_of_another_size_is_refused_and_left_alone(int size)
    {
        MasterKey.LoadOrCreate(KeyPath);
        File.WriteAllBytes(KeyPath, new byte[size]);

        var refusal = Assert.Throws<MasterKeyException>(() => MasterKey.LoadOrCreate(KeyPath));

        Assert.Contains($"it has {size}", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(size, new FileInfo(KeyPath).Length);
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    public void A_file_others_may_touch_is_refused(UnixFileMode surplus)
    {
        MasterKey.LoadOrCreate(KeyPath);
        File.SetUnixFileMode(KeyPath, File.GetUnixFileMode(KeyPath) | surplus);

        Assert.Contains("0600", Assert.Throws<MasterKeyException>(() => MasterKey.LoadOrCreate(KeyPath)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_sealed_opens_under_its_own_label_and_nothing_else()
    {
        var key = MasterKey.LoadOrCreate(KeyPath);
        var value = key.Seal("signing-key", "secret"u8);

        Assert.Equal("secret"u8.ToArray(), key.Open("signing-key", value));
        Assert.ThrowsAny<CryptographicException>(() => key.Open("other", value));
        value[^1] ^= 1;
        Assert.ThrowsAny<CryptographicException>(() => key.Open("signing-key", value));
        Assert.ThrowsAny<CryptographicException>(() => key.Open("signing-key", new byte[5]));
    }

    [Fact]
    public void Every_label_has_a_key_of_its_own()
    {
        var key = MasterKey.LoadOrCreate(KeyPath);

        Assert.NotEqual(key.Derive("a"), key.Derive("b"));
        Assert.Equal(48, key.Derive("a", 48).Length);
    }
}
