using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Backbone.Platform;
using Backbone.Platform.Web.Keys;

namespace Backbone.Identity.Subjects;

/// <summary>
/// The <c>sub</c> a relying party sees (OpenID Connect Core 8.1): the account id, one AES block under a key of the party's sector, as
/// 22 base64url characters. The same person is a different subject in every sector and the sectors cannot compare; we alone can turn it
/// back. It must never change: relying parties key their accounts by it.
/// </summary>
internal sealed class PairwiseSubject(MasterKey master)
{
    private const int IdSize = 16;

    private readonly ConcurrentDictionary<string, byte[]> _keys = new(StringComparer.Ordinal);

    public string Of(SubjectId subject, string sector)
    {
        Span<byte> id = stackalloc byte[IdSize];
        subject.Value.TryWriteBytes(id, bigEndian: true, out _);
        using var cipher = CipherOf(sector);
        Span<byte> block = stackalloc byte[IdSize];
        cipher.EncryptEcb(id, block, PaddingMode.None);
        return Base64Url.EncodeToString(block);
    }

    /// <summary>Whose subject this is, if it is one of that sector. Any 128 bits decrypt to something: the caller looks the account up.</summary>
    public bool TryReverse(string value, string sector, [NotNullWhen(true)] out SubjectId? subject)
    {
        subject = null;
        Span<byte> block = stackalloc byte[IdSize];
        if (value.Length != 22 || !Base64Url.IsValid(value, out var length) || length != IdSize || !Base64Url.TryDecodeFromChars(value, block, out _))
        {
            return false;
        }

        using var cipher = CipherOf(sector);
        Span<byte> id = stackalloc byte[IdSize];
        cipher.DecryptEcb(block, id, PaddingMode.None);
        subject = new SubjectId(new Guid(id, bigEndian: true));
        return true;
    }

    private Aes CipherOf(string sector)
    {
        // One permutation of one block per sector: ECB on exactly one block, so nothing is left for a mode to hide.
        var cipher = Aes.Create();
        cipher.Key = _keys.GetOrAdd(sector, static (name, source) => source.Derive("pairwise-subject/" + name), master);
        return cipher;
    }
}
