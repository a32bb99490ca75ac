using System.Security.Cryptography;
using System.Text;
using Backbone.Audit.Log.Notes;
using FsCheck;
using FsCheck.Xunit;

namespace Backbone.Audit.Log.Tests.Notes;

public sealed class NoteTests
{
    // The worked example of golang.org/x/mod/sumdb/note, where the format comes from.
    private const string GoKey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    private const string GoText = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
    private const string GoNote = GoText
        + "\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

    private static readonly NoteSigner Known = NoteSigner.Ed25519("log.example/1", [.. Enumerable.Repeat((byte)1, 32)]);
    private static readonly NoteSigner Other = NoteSigner.Ed25519("other.example/1", [.. Enumerable.Repeat((byte)2, 32)]);

    [Fact(DisplayName = "signed-note: the worked example of Go verifies with its verifier key")]
    public void The_published_example_verifies()
    {
        var key = VerifierKey.Parse(GoKey);
        Assert.Equal(("PeterNeumann", 0xc74f20a3u, SignatureType.Ed25519, GoKey), (key.Name, key.Id, key.Type, key.ToString()));
        var note = SignedNote.Parse(Bytes(GoNote));
        Assert.Equal(GoText, Encoding.UTF8.GetString(note.Text.Span));
        var verified = Assert.IsType<NoteVerdict.Verified>(note.Verify(key));
        Assert.Equal(new VerifiedSignature(key, null), Assert.Single(verified.Signatures));
        Assert.Equal(GoNote, Encoding.UTF8.GetString(note.ToArray()));
    }

    [Fact(DisplayName = "signed-note: the text may have blank lines, the last one separates")]
    public void The_blank_line_that_separates_is_the_last()
    {
        const string Poem = "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n";
        var note = SignedNote.Parse(Bytes(Poem
            + "\n— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n"));
        Assert.Equal(Poem, Encoding.UTF8.GetString(note.Text.Span));
        var line = Assert.Single(note.Signatures);
        Assert.Equal(("quasimodo.example/salvatore", 0x367ba04bu, 64), (line.Name, line.KeyId, line.Signature.Length));
    }

    [Fact]
    public void What_was_signed_verifies_and_unknown_keys_are_ignored()
    {
        var note = SignedNote.Sign("text\n"u8, 0, Known, Other);
        Assert.Single(Assert.IsType<NoteVerdict.Verified>(note.Verify(Known.Key)).Signatures);
        Assert.Equal(2, Assert.IsType<NoteVerdict.Verified>(note.Verify(Known.Key, Other.Key)).Signatures.Count);
        Assert.IsType<NoteVerdict.Rejected>(SignedNote.Sign("text\n"u8, 0, Other).Verify(Known.Key));
        Assert.IsType<NoteVerdict.Rejected>(note.Verify());
    }

    [Fact]
    public void The_same_name_with_another_id_is_an_unknown_key()
    {
        var impostor = NoteSigner.Ed25519(Known.Key.Name, [.. Enumerable.Repeat((byte)3, 32)]);
        var note = SignedNote.Sign("text\n"u8, 0, impostor, Known);
        Assert.Single(Assert.IsType<NoteVerdict.Verified>(note.Verify(Known.Key)).Signatures);
    }

    [Fact]
    public void One_bad_signature_of_a_known_key_rejects_the_note_although_another_is_good()
    {
        var good = SignedNote.Sign("text\n"u8, 0, Known);
        var foreign = SignedNote.Sign("other text\n"u8, 0, Other).Signatures;
        var rejected = Assert.IsType<NoteVerdict.Rejected>(good.With(foreign).Verify(Known.Key, Other.Key));
        Assert.Contains("other.example/1", rejected.Problem, StringComparison.Ordinal);
        Assert.IsType<NoteVerdict.Verified>(good.With(foreign).Verify(Known.Key));
    }

    [Fact]
    public void Sixteen_signatures_are_accepted_and_more_than_sixty_four_are_not()
    {
        var line = SignedNote.Sign("text\n"u8, 0, Known).Signatures[0] + "\n";
        Assert.Equal(16, SignedNote.Parse(Bytes("text\n\n" + string.Concat(Enumerable.Repeat(line, 16)))).Signatures.Count);
        Assert.Equal(64, SignedNote.Parse(Bytes("text\n\n" + string.Concat(Enumerable.Repeat(line, 64)))).Signatures.Count);
        Assert.Throws<LogFormatException>(() => SignedNote.Parse(Bytes("text\n\n" + string.Concat(Enumerable.Repeat(line, 65)))));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    [InlineData("text\n")]
    [InlineData("text\n\n")]
    [InlineData("text\n— a AAAAAAA=\n")]
    [InlineData("text\n\n— a AAAAAAA=")]
    [InlineData("text\n\n- a AAAAAAA=\n")]
    [InlineData("text\n\n—a AAAAAAA=\n")]
    [InlineData("text\n\n—  AAAAAAA=\n")]
    [InlineData("text\n\n— a+b AAAAAAA=\n")]
    [InlineData("text\n\n— a\u00A0b AAAAAAA=\n")]
    [InlineData("text\n\n— a b AAAAAAA=\n")]
    [InlineData("text\n\n— a AAAAAA==\n")]
    [InlineData("text\n\n— a AAAAAAB=\n")]
    [InlineData("text\n\n— a AAAAAAA\n")]
    [InlineData("text\n\n— a AAAA AAA=\n")]
    [InlineData("text\n\n— a AAAA-AA=\n")]
    [InlineData("te\txt\n\n— a AAAAAAA=\n")]
    [InlineData("te\rxt\n\n— a AAAAAAA=\n")]
    [InlineData("text\n\n— a AAAAAAA=\r\n")]
    public void What_is_no_note_is_refused(string text) => Assert.Throws<LogFormatException>(() => SignedNote.Parse(Bytes(text)));

    [Fact]
    public void Bytes_that_are_no_text_are_refused() =>
        Assert.Throws<LogFormatException>(() => SignedNote.Parse([0xFF, (byte)'\n', (byte)'\n', .. Bytes("— a AAAAAAA=\n")]));

    [Property(MaxTest = 500)]
    public void Any_change_to_a_note_is_refused_or_rejected_or_was_not_signed(NonNegativeInt at, byte with)
    {
        var whole = SignedNote.Sign("a checkpoint\nof many\n"u8, 0, Known).ToArray();
        var bytes = whole.ToArray();
        bytes[at.Get % bytes.Length] = with;
        Assert.Equal(bytes.AsSpan().SequenceEqual(whole), Accepts(bytes));
    }

    [Property(MaxTest = 1_000)]
    public void Any_bytes_parse_or_are_refused_with_the_declared_error(byte[] bytes, NonNegativeInt at)
    {
        var note = Bytes(GoNote);
        var cut = at.Get % note.Length;
        foreach (var input in (byte[][])[bytes, [.. note[..cut], .. bytes, .. note[cut..]], [.. note[..cut], .. bytes], [.. bytes, .. note[cut..]]])
        {
            _ = Accepts(input);
        }
    }

    [Property(MaxTest = 1_000)]
    public void Any_text_is_a_verifier_key_or_refused_with_the_declared_error(string text, NonNegativeInt at)
    {
        var cut = at.Get % GoKey.Length;
        foreach (var input in (string[])[text ?? "", GoKey[..cut] + text, text + GoKey[cut..], GoKey[..cut] + text + GoKey[cut..]])
        {
            try
            {
                Assert.Equal(input, VerifierKey.Parse(input).ToString());
            }
            catch (LogFormatException)
            {
                // The declared error.
            }
        }
    }

    [Theory]
    [InlineData("PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")]
    [InlineData("PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")]
    [InlineData("Peter+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")]
    [InlineData("PeterNeumann+c74f20a3+A3pc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")]
    [InlineData("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10")]
    [InlineData("PeterNeumann+c74f20a3")]
    public void A_verifier_key_whose_parts_disagree_is_refused(string vkey) => Assert.Throws<LogFormatException>(() => VerifierKey.Parse(vkey));

    [Fact(DisplayName = "signed-note 0x02: ECDSA P-256 signatures verify; the key id is the hash of the SPKI form; other curves are refused")]
    public void Ecdsa_signatures_verify()
    {
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var spki = ecdsa.ExportSubjectPublicKeyInfo();
        var key = VerifierKey.Of("ecdsa.example", SignatureType.Ecdsa, spki);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(spki)[..4]), $"{key.Id:x8}");
        Assert.Equal(key, VerifierKey.Parse(key.ToString()));
        var signature = ecdsa.SignData("text\n"u8, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        var note = SignedNote.Parse(Bytes($"text\n\n{new SignatureLine(key.Name, key.Id, signature)}\n"));
        Assert.IsType<NoteVerdict.Verified>(note.Verify(key));
        signature[^1] ^= 1;
        Assert.IsType<NoteVerdict.Rejected>(SignedNote.Parse(Bytes($"text\n\n{new SignatureLine(key.Name, key.Id, signature)}\n")).Verify(key));
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        Assert.Throws<LogFormatException>(() => VerifierKey.Of("ecdsa.example", SignatureType.Ecdsa, other.ExportSubjectPublicKeyInfo()));
    }

    private static bool Accepts(byte[] bytes)
    {
        try
        {
            return SignedNote.Parse(bytes).Verify(Known.Key) is NoteVerdict.Verified;
        }
        catch (LogFormatException)
        {
            return false;
        }
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
