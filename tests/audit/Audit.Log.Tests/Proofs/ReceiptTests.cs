using System.Text;
using Backbone.Audit.Log.Checkpoints;
using Backbone.Audit.Log.Notes;
using Backbone.Audit.Log.Policy;
using Backbone.Audit.Log.Proofs;
using Backbone.Audit.Log.Tree;
using Backbone.Audit.Log.Witness;
using FsCheck;
using FsCheck.Xunit;

namespace Backbone.Audit.Log.Tests.Proofs;

public sealed class ReceiptTests
{
    private static readonly NoteSigner Log = NoteSigner.Ed25519("log.example", [.. Enumerable.Repeat((byte)1, 32)]);
    private static readonly LogPolicy Policy = LogPolicy.OfKeys(Log.Key);
    private static readonly SampleTree Tree = new(700);
    private static readonly SignedCheckpoint Checkpoint = SignedCheckpoint.Sign(new Checkpoint("log.example", 700, Tree.Root), 1, Log);

    [Fact(DisplayName = "tlog-proof: a receipt has the lines of the format and verifies by itself")]
    public void A_receipt_reads_back_and_verifies()
    {
        var receipt = Receipt(345) with { Extra = "hi"u8.ToArray() };
        var text = Encoding.UTF8.GetString(receipt.ToArray());
        Assert.StartsWith($"c2sp.org/tlog-proof@v1\nextra aGk=\nindex 345\n{receipt.Path[0].ToBase64()}\n", text, StringComparison.Ordinal);
        Assert.EndsWith("\n\n" + Encoding.UTF8.GetString(Checkpoint.ToArray()), text, StringComparison.Ordinal);
        var parsed = EvidenceReceipt.Parse(receipt.ToArray());
        Assert.Equal("hi"u8.ToArray(), parsed.Extra!.Value.ToArray());
        Assert.Null(parsed.Problem(Tree.Leaf(345), Policy));
        Assert.NotNull(parsed.Problem(Tree.Leaf(346), Policy));
        Assert.NotNull(parsed.Problem(Tree.Leaf(345), LogPolicy.OfKeys(NoteSigner.Ed25519("log.example", new byte[32]).Key)));
    }

    [Fact]
    public void A_tree_of_one_leaf_has_a_receipt_without_hashes()
    {
        var tree = new SampleTree(1);
        var checkpoint = SignedCheckpoint.Sign(new Checkpoint("log.example", 1, tree.Root), 1, Log);
        var receipt = EvidenceReceipt.Parse(new EvidenceReceipt(0, [], checkpoint).ToArray());
        Assert.Null(receipt.Problem(tree.Leaf(0), Policy));
    }

    [Fact]
    public void Every_flipped_bit_of_a_receipt_is_refused()
    {
        var bytes = Receipt(511).ToArray();
        Assert.True(Accepts(bytes, 511));
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            var changed = bytes.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(Accepts(changed, 511), $"bit {bit}: {(char)bytes[bit / 8]}");
        }
    }

    [Property(MaxTest = 500)]
    public void Any_bytes_are_a_receipt_or_a_request_or_refused_with_the_declared_error(byte[] bytes, NonNegativeInt at)
    {
        var whole = Receipt(at.Get % 700).ToArray();
        var cut = at.Get % whole.Length;
        foreach (var input in (byte[][])[bytes, [.. whole[..cut], .. bytes, .. whole[cut..]], [.. whole[..cut], .. bytes], whole[..cut]])
        {
            _ = Accepts(input, at.Get % 700);
            try
            {
                _ = AddCheckpointRequest.Parse([.. "old 1\n"u8, .. input]);
            }
            catch (LogFormatException)
            {
                // The declared error.
            }
        }
    }

    [Theory]
    [InlineData("c2sp.org/tlog-proof@v2\nindex 0\n")]
    [InlineData("c2sp.org/tlog-proof@v1\n")]
    [InlineData("c2sp.org/tlog-proof@v1\nindex 00\n")]
    [InlineData("c2sp.org/tlog-proof@v1\nindex -1\n")]
    [InlineData("c2sp.org/tlog-proof@v1\nindex 0\nextra aGk=\n")]
    [InlineData("c2sp.org/tlog-proof@v1\nextra a\nindex 0\n")]
    [InlineData("c2sp.org/tlog-proof@v1\nextra \nindex 0\n")]
    [InlineData("c2sp.org/tlog-proof@v1\nindex 0\nAAAA\n")]
    public void What_is_no_receipt_is_refused(string start) => Assert.Throws<LogFormatException>(
        () => EvidenceReceipt.Parse([.. Encoding.UTF8.GetBytes(start + "\n"), .. Checkpoint.ToArray()]));

    [Fact(DisplayName = "tlog-witness: the body is the old size, at most 63 hashes and the checkpoint")]
    public void A_witness_request_reads_back()
    {
        var request = new AddCheckpointRequest(300, ConsistencyProof.Generate(300, 700, Tree.Read), Checkpoint);
        var text = Encoding.UTF8.GetString(request.ToArray());
        Assert.StartsWith($"old 300\n{request.Proof[0].ToBase64()}\n", text, StringComparison.Ordinal);
        var parsed = AddCheckpointRequest.Parse(request.ToArray());
        Assert.Equal((300L, 700L), (parsed.OldSize, parsed.Checkpoint.Checkpoint.Size));
        Assert.True(WitnessConsistency.Verify(300, 700, new SampleTree(300).Root, Tree.Root, [.. parsed.Proof]));
        Assert.Equal(request.ToArray(), parsed.ToArray());
        Assert.Empty(AddCheckpointRequest.Parse(new AddCheckpointRequest(0, [], Checkpoint).ToArray()).Proof);
        var long64 = new AddCheckpointRequest(1, [.. Enumerable.Repeat(Tree.Root, 64)], Checkpoint).ToArray();
        Assert.Throws<LogFormatException>(() => AddCheckpointRequest.Parse(long64));
        Assert.Throws<LogFormatException>(() => AddCheckpointRequest.Parse([.. "old 01\n\n"u8, .. Checkpoint.ToArray()]));
        Assert.Throws<LogFormatException>(() => AddCheckpointRequest.Parse([.. "new 1\n\n"u8, .. Checkpoint.ToArray()]));
    }

    private static EvidenceReceipt Receipt(int index) => new(index, InclusionProof.Generate(index, 700, Tree.Read), Checkpoint);

    private static bool Accepts(byte[] bytes, int index)
    {
        try
        {
            return EvidenceReceipt.Parse(bytes).Problem(Tree.Leaf(index), Policy) is null;
        }
        catch (LogFormatException)
        {
            return false;
        }
    }
}
