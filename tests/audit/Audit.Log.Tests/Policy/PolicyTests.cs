using System.Globalization;
using System.Text;
using Backbone.Audit.Log.Checkpoints;
using Backbone.Audit.Log.Notes;
using Backbone.Audit.Log.Policy;
using Backbone.Audit.Log.Tree;
using FsCheck;
using FsCheck.Xunit;

namespace Backbone.Audit.Log.Tests.Policy;

public sealed class PolicyTests
{
    private static readonly NoteSigner Log = NoteSigner.Ed25519("log.example", Seed(1));
    private static readonly NoteSigner[] Witnesses = [.. Enumerable.Range(2, 6).Select(i => NoteSigner.Cosignature($"w{i}.example", Seed(i)))];

    private static readonly string Example = $"""
        # the example of the format, with keys
        log {Log.Key} https://log.example/
        witness X1 {Witnesses[0].Key}
          witness X2  {Witnesses[1].Key}	https://x2.example/
        witness X3 {Witnesses[2].Key}
        group X-witnesses 2 X1 X2 X3

        witness Y1 {Witnesses[3].Key}
        witness Y2 {Witnesses[4].Key}
        witness 见证三 {Witnesses[5].Key}
        group Y-witnesses any Y1 Y2 见证三
        group X-and-Y all X-witnesses Y-witnesses
        quorum X-and-Y

        """.Replace("\r", "", StringComparison.Ordinal);

    [Theory]
    [InlineData("012345", true)]
    [InlineData("013", true)]
    [InlineData("125", true)]
    [InlineData("012", false)]
    [InlineData("0345", false)]
    [InlineData("", false)]
    public void The_quorum_of_the_formats_example_decides(string who, bool accepted)
    {
        var verdict = LogPolicy.Parse(Bytes(Example)).Evaluate(Cosigned(who.Select(one => Witnesses[one - '0'])));
        Assert.Equal(accepted, verdict is PolicyVerdict.Accepted);
        if (verdict is PolicyVerdict.Accepted yes)
        {
            Assert.Equal(who.Length, yes.Witnesses.Count);
        }
    }

    [Fact]
    public void A_policy_reads_back_as_written()
    {
        var policy = LogPolicy.Parse(Bytes(Example));
        Assert.Equal(policy.ToArray(), LogPolicy.Parse(policy.ToArray()).ToArray());
        Assert.Equal((1, 6, 3, "X-and-Y"), (policy.Logs.Count, policy.Witnesses.Count, policy.Groups.Count, policy.Quorum));
        Assert.Equal("https://x2.example/", policy.Witnesses[1].Url);
        Assert.Equal("见证三", policy.Witnesses[5].Name);
    }

    [Fact]
    public void Without_a_log_of_that_origin_or_its_signature_nothing_is_accepted()
    {
        var policy = LogPolicy.Parse(Bytes($"log {Log.Key}\nquorum none\n"));
        Assert.IsType<PolicyVerdict.Accepted>(policy.Evaluate(Cosigned([])));
        var foreign = NoteSigner.Ed25519("other.example", Seed(9));
        var checkpoint = new Checkpoint("other.example", 1, TreeHash.Leaf([]));
        Assert.IsType<PolicyVerdict.Refused>(policy.Evaluate(SignedCheckpoint.Sign(checkpoint, 1, foreign)));
        Assert.IsType<PolicyVerdict.Refused>(policy.Evaluate(SignedCheckpoint.Sign(checkpoint, 1, Log)));
        Assert.IsType<PolicyVerdict.Refused>(policy.Evaluate(SignedCheckpoint.Sign(checkpoint with { Origin = "log.example" }, 1, foreign)));
        Assert.IsType<PolicyVerdict.Refused>(LogPolicy.Parse(Bytes("quorum none\n")).Evaluate(Cosigned([])));
    }

    [Fact]
    public void A_bad_cosignature_of_a_listed_witness_refuses_although_the_quorum_is_met()
    {
        var good = Cosigned(Witnesses[..4]);
        var bad = Witnesses[5].Sign(good.Note.Text.Span, 7) with { Signature = new byte[72] };
        Assert.IsType<PolicyVerdict.Refused>(LogPolicy.Parse(Bytes(Example)).Evaluate(good.With([bad])));
    }

    [Fact]
    public void Thirty_two_of_each_are_supported()
    {
        var text = new StringBuilder();
        for (var i = 0; i < 32; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"log {NoteSigner.Ed25519("log.example", Seed(100 + i)).Key}\nwitness w{i} {NoteSigner.Cosignature("w", Seed(i)).Key}\ngroup g{i} all w{i}\n");
        }

        text.Append("group all all ").AppendJoin(' ', Enumerable.Range(0, 32).Select(i => $"g{i}")).Append("\nquorum all");
        Assert.Equal(33, LogPolicy.Parse(Bytes(text.ToString())).Groups.Count);
    }

    [Theory]
    [InlineData("", "quorum")]
    [InlineData("quorum none\nquorum none\n", "line 2")]
    [InlineData("quorum X\n", "line 1")]
    [InlineData("witness X W\nquorum Y\n", "line 2")]
    [InlineData("quorum X\nwitness X W\n", "line 1")]
    [InlineData("witness none W\nquorum none\n", "line 1")]
    [InlineData("witness X W\nwitness X V\nquorum X\n", "line 2")]
    [InlineData("witness X W\nwitness Y W\nquorum X\n", "line 2")]
    [InlineData("log L\nlog L\nquorum none\n", "line 2")]
    [InlineData("log W\nquorum none\n", "line 1")]
    [InlineData("witness X L\nquorum none\n", "line 1")]
    [InlineData("log nonsense\nquorum none\n", "line 1")]
    [InlineData("log L url more\nquorum none\n", "line 1")]
    [InlineData("group G any G\nquorum none\n", "line 1")]
    [InlineData("group G any none\nquorum none\n", "line 1")]
    [InlineData("witness X W\ngroup G 0 X\nquorum G\n", "line 2")]
    [InlineData("witness X W\ngroup G 2 X\nquorum G\n", "line 2")]
    [InlineData("witness X W\ngroup G 01 X\nquorum G\n", "line 2")]
    [InlineData("witness X W\ngroup G some X\nquorum G\n", "line 2")]
    [InlineData("witness X W\ngroup G any\nquorum G\n", "line 2")]
    [InlineData("witness X W\ngroup G any X X\nquorum G\n", "line 2")]
    [InlineData("witness X W\ngroup G any X\ngroup H any X\nquorum G\n", "line 3")]
    [InlineData("nonsense\nquorum none\n", "line 1")]
    [InlineData("quorum none\r\n", "line 1")]
    public void What_is_no_policy_is_refused_with_the_line(string text, string said)
    {
        var file = text.Replace(" W", $" {Witnesses[0].Key}", StringComparison.Ordinal)
            .Replace(" V", $" {Witnesses[1].Key}", StringComparison.Ordinal).Replace(" L", $" {Log.Key}", StringComparison.Ordinal);
        Assert.Contains(said, Assert.Throws<LogFormatException>(() => LogPolicy.Parse(Bytes(file))).Message, StringComparison.Ordinal);
    }

    [Property(MaxTest = 500)]
    public void Any_bytes_are_a_policy_or_refused_with_the_declared_error(byte[] bytes, NonNegativeInt at)
    {
        var example = Bytes(Example);
        var cut = at.Get % example.Length;
        foreach (var input in (byte[][])[bytes, [.. example[..cut], .. bytes, .. example[cut..]], [.. example[..cut], .. bytes]])
        {
            try
            {
                _ = LogPolicy.Parse(input);
            }
            catch (LogFormatException)
            {
                // The declared error.
            }
        }
    }

    private static SignedCheckpoint Cosigned(IEnumerable<NoteSigner> witnesses)
    {
        var signed = SignedCheckpoint.Sign(new Checkpoint("log.example", 3, TreeHash.Leaf([3])), 5, Log);
        return signed.With(witnesses.Select(witness => witness.Sign(signed.Note.Text.Span, 6)));
    }

    private static byte[] Seed(int number) => [.. Enumerable.Repeat((byte)number, 32)];

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
