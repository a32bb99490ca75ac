using System.Buffers.Binary;
using System.Text;
using Backbone.Audit.Log.Checkpoints;
using Backbone.Audit.Log.Notes;
using Backbone.Audit.Log.Tree;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;

namespace Backbone.Audit.Log.Tests.Notes;

public sealed class CheckpointTests
{
    private const string Text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
    private const long Time = 1_679_315_147;
    private static readonly byte[] Seed = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    [Fact(DisplayName = "tlog-checkpoint: the example of the format reads and writes back")]
    public void The_published_example_reads_back()
    {
        var checkpoint = Checkpoint.Parse(Encoding.UTF8.GetBytes(Text));
        Assert.Equal(("example.com/behind-the-sofa", 20_852_163L), (checkpoint.Origin, checkpoint.Size));
        Assert.Equal(Text, Encoding.UTF8.GetString(checkpoint.ToText()));
        var extended = Checkpoint.Parse(Encoding.UTF8.GetBytes(Text + "more\nlines\n"));
        Assert.Equal(["more", "lines"], extended.Extensions);
        Assert.Equal(Text + "more\nlines\n", Encoding.UTF8.GetString(extended.ToText()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n")]
    [InlineData("o\n020852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n")]
    [InlineData("o\n+1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n")]
    [InlineData("o\n-1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n")]
    [InlineData("o\n9223372036854775808\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n")]
    [InlineData("o\n \nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n")]
    [InlineData("o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I\n")]
    [InlineData("o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n")]
    [InlineData("o\n1\nAAAA\n")]
    [InlineData("o\n1\n")]
    [InlineData("o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n")]
    [InlineData("o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=")]
    public void What_is_no_checkpoint_is_refused(string text) =>
        Assert.Throws<LogFormatException>(() => Checkpoint.Parse(Encoding.UTF8.GetBytes(text)));

    [Fact(DisplayName = "tlog-cosignature 0x04: the signed message is header, time line and the checkpoint's text")]
    public void Ed25519_cosignatures_sign_what_the_format_says()
    {
        var signer = NoteSigner.Cosignature("witness.example.com/w1", Seed);
        var line = signer.Sign(Encoding.UTF8.GetBytes(Text), Time);
        Assert.Equal(Time, BinaryPrimitives.ReadInt64BigEndian(line.Signature.Span));
        var plain = new Ed25519Signer();
        plain.Init(true, new Ed25519PrivateKeyParameters(Seed));
        plain.BlockUpdate(Encoding.UTF8.GetBytes("cosignature/v1\ntime 1679315147\n" + Text));
        Assert.Equal(plain.GenerateSignature(), line.Signature[8..].ToArray());
    }

    [Fact(DisplayName = "tlog-cosignature 0x06: the signed message is the structure of the format, 12-byte label first")]
    public void Ml_dsa_signatures_sign_what_the_format_says()
    {
        var signer = NoteSigner.MlDsa44("log.example/pq", Seed);
        var line = signer.Sign(Encoding.UTF8.GetBytes(Text), Time);
        Assert.Equal(8 + 2_420, line.Signature.Length);
        byte[] message =
        [
            .. "subtree/v1\n\0"u8, 14, .. "log.example/pq"u8, 0, 0, 0, 0, 0x64, 0x18, 0x50, 0xCB, 27, .. "example.com/behind-the-sofa"u8,
            0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x01, 0x3E, 0x2D, 0xC3, .. Convert.FromBase64String("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="),
        ];
        var plain = new MLDsaSigner(MLDsaParameters.ml_dsa_44, deterministic: true);
        plain.Init(false, MLDsaPublicKeyParameters.FromEncoding(MLDsaParameters.ml_dsa_44, signer.Key.PublicKey.ToArray()));
        plain.BlockUpdate(message);
        Assert.True(plain.VerifySignature(line.Signature[8..].ToArray()));
    }

    [Fact]
    public void A_log_may_sign_with_both_algorithms_and_witnesses_add_theirs()
    {
        NoteSigner[] signers = [NoteSigner.Ed25519("log.example", Seed), NoteSigner.MlDsa44("log.example", Seed)];
        var witness = NoteSigner.Cosignature("witness.example/w", [.. Seed.Reverse()]);
        var signed = SignedCheckpoint.Sign(new Checkpoint("log.example", 5, TreeHash.Leaf([1])), Time, signers);
        var cosigned = SignedCheckpoint.Parse(signed.With([witness.Sign(signed.Note.Text.Span, Time + 1)]).ToArray());
        var verified = Assert.IsType<NoteVerdict.Verified>(cosigned.Note.Verify(signers[0].Key, signers[1].Key, witness.Key));
        Assert.Equal([null, Time, Time + 1], verified.Signatures.Select(one => one.Time));
        Assert.All(signers, signer => Assert.Equal(signer.Key, VerifierKey.Parse(signer.Key.ToString())));
    }

    [Fact]
    public void Every_flipped_bit_of_a_cosignature_rejects_it()
    {
        foreach (var signer in (NoteSigner[])[NoteSigner.Cosignature("w", Seed), NoteSigner.MlDsa44("w", Seed)])
        {
            var line = signer.Sign(Encoding.UTF8.GetBytes(Text), Time);
            var step = signer.Key.Type == SignatureType.MlDsa44 ? 41 : 1;
            for (var bit = 0; bit < line.Signature.Length * 8; bit += step)
            {
                var changed = line.Signature.ToArray();
                changed[bit / 8] ^= (byte)(1 << (bit % 8));
                Assert.False(signer.Key.Verify(Encoding.UTF8.GetBytes(Text), changed, out _), $"{signer.Key.Type} bit {bit}");
            }

            Assert.True(signer.Key.Verify(Encoding.UTF8.GetBytes(Text), line.Signature.Span, out var time));
            Assert.Equal(Time, time);
        }
    }

    [Fact]
    public void An_ml_dsa_signature_binds_the_cosigners_name_and_the_origin()
    {
        var signer = NoteSigner.MlDsa44("w", Seed);
        var line = signer.Sign(Encoding.UTF8.GetBytes(Text), Time);
        Assert.False(NoteSigner.MlDsa44("v", Seed).Key.Verify(Encoding.UTF8.GetBytes(Text), line.Signature.Span, out _));
        Assert.False(signer.Key.Verify(Encoding.UTF8.GetBytes(Text.Replace("sofa", "desk", StringComparison.Ordinal)), line.Signature.Span, out _));
    }

    [Fact]
    public void A_cosigner_signs_checkpoints_only()
    {
        Assert.Throws<LogFormatException>(() => NoteSigner.Cosignature("w", Seed).Sign("hello\n"u8, 1));
        Assert.Throws<LogFormatException>(() => NoteSigner.MlDsa44("w", Seed).Sign("hello\n"u8, 1));
        Assert.Throws<LogFormatException>(() => NoteSigner.Ed25519("w", Seed.AsSpan(1)));
    }
}
