using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Backbone.Audit.Contracts;
using Backbone.Audit.Privacy;

namespace Backbone.Audit.Tests.Privacy;

public sealed class PrivacyKeysTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly string folder = Directory.CreateTempSubdirectory("audit-privacy-").FullName;

    private string Path => System.IO.Path.Combine(folder, "keys", "audit-privacy.key");

    [Fact]
    public void The_first_start_makes_a_key_of_its_own_for_the_owner_alone_and_the_second_reads_it()
    {
        var first = PrivacyKeys.LoadOrCreate(Path).Commit(CommitmentKind.Address, "192.0.2.1");

        Assert.Equal(OwnerOnly, File.GetUnixFileMode(Path));
        Assert.Matches(new Regex("^hmac:1:[A-Za-z0-9_-]{43}$"), first);
        Assert.Equal(first, PrivacyKeys.LoadOrCreate(Path).Commit(CommitmentKind.Address, "192.0.2.1"));
    }

    [Fact]
    public void Another_value_another_kind_and_another_installation_give_other_commitments()
    {
        var keys = PrivacyKeys.LoadOrCreate(Path);
        var other = PrivacyKeys.LoadOrCreate(System.IO.Path.Combine(folder, "other.key"));
        string[] all =
        [
            keys.Commit("address", "192.0.2.1"), keys.Commit("address", "192.0.2.2"), keys.Commit("name", "192.0.2.1"),
            other.Commit("address", "192.0.2.1"),
        ];
        Assert.Equal(all.Length, all.Distinct().Count());
    }

    [Fact]
    public void A_new_line_begins_an_epoch_and_the_old_one_is_still_found_until_its_line_is_gone()
    {
        var old = PrivacyKeys.LoadOrCreate(Path);
        var wrapped = old.Wrap(Guid.Empty, new byte[32]);
        File.AppendAllText(Path, $"7 {System.Buffers.Text.Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32))}\n");
        var both = PrivacyKeys.LoadOrCreate(Path);

        Assert.StartsWith("hmac:7:", both.Commit("name", "x"), StringComparison.Ordinal);
        Assert.Equal([old.Commit("name", "x"), both.Commit("name", "x")], both.AllOf("name", "x"));
        Assert.Equal(new byte[32], both.Unwrap(Guid.Empty, wrapped));

        File.WriteAllLines(Path, File.ReadAllLines(Path)[1..]);
        Assert.Null(PrivacyKeys.LoadOrCreate(Path).Unwrap(Guid.Empty, wrapped));
    }

    [Fact]
    public void A_wrapped_key_is_bound_to_its_id_and_cannot_be_altered()
    {
        var keys = PrivacyKeys.LoadOrCreate(Path);
        var wrapped = keys.Wrap(Guid.Empty, new byte[32]);
        Assert.ThrowsAny<CryptographicException>(() => keys.Unwrap(Guid.CreateVersion7(), wrapped));
        wrapped[^1] ^= 1;
        Assert.ThrowsAny<CryptographicException>(() => keys.Unwrap(Guid.Empty, wrapped));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1\n")]
    [InlineData("one AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n")]
    [InlineData("1 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n")]
    [InlineData("1 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n1 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n")]
    public void A_file_that_is_not_as_it_must_be_is_refused_and_left_alone(string content)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        File.WriteAllText(Path, content);
        File.SetUnixFileMode(Path, OwnerOnly);

        var refused = Assert.Throws<PrivacyKeysException>(() => PrivacyKeys.LoadOrCreate(Path));
        Assert.Contains(Path, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("AAAA", refused.Message, StringComparison.Ordinal);
        Assert.Equal(content, File.ReadAllText(Path));
    }

    [Fact]
    public void A_file_open_to_others_is_refused()
    {
        PrivacyKeys.LoadOrCreate(Path);
        File.SetUnixFileMode(Path, OwnerOnly | UnixFileMode.GroupRead);
        Assert.Contains("0600", Assert.Throws<PrivacyKeysException>(() => PrivacyKeys.LoadOrCreate(Path)).Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
