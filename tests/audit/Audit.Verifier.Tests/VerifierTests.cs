using System.Text;
using Backbone.Audit.Log.Checkpoints;
using Backbone.Audit.Log.Notes;
using Backbone.Audit.Log.Segments;
using Backbone.Audit.Log.Tiles;
using Backbone.Audit.Log.Tree;

namespace Backbone.Audit.Verifier.Tests;

public sealed class VerifierTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(777)]
    [InlineData(65_536)]
    [InlineData(65_793)]
    [InlineData(66_000)]
    public void A_sound_log_is_sound_with_and_without_segments_and_key(int size)
    {
        using var log = new SampleLog(size, 20_000);
        foreach (var place in (string[])[log.Folder, log.Tlog])
        {
            var run = Run.Json(place);
            Assert.Equal((VerifierProgram.Sound, 0, 0), (run.Code, run.Findings.Count, run.Notes.Count));
        }

        var unsigned = Run.Of(log.Folder);
        Assert.Equal(VerifierProgram.Sound, unsigned.Code);
        Assert.Contains("nobody's signature was checked", unsigned.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_whose_tiles_run_ahead_of_its_checkpoint_is_sound()
    {
        using var log = new SampleLog(777, 97, 300);
        File.Copy(Path.Combine(log.Tlog, "checkpoints/300"), Path.Combine(log.Tlog, "checkpoint"), overwrite: true);
        foreach (var partial in Directory.EnumerateDirectories(log.Tlog, "*.p", SearchOption.AllDirectories).Where(path => path.Contains("001.p", StringComparison.Ordinal)))
        {
            Directory.Delete(partial, recursive: true);
        }

        var run = Run.Json(log.Folder);
        Assert.Equal((VerifierProgram.Sound, 0), (run.Code, run.Findings.Count));
        Assert.Contains(run.Notes, note => note.Contains("beyond the checkpoint", StringComparison.Ordinal));
    }

    [Fact]
    public void A_signature_by_another_key_is_not_sound()
    {
        using var log = new SampleLog(10);
        var other = NoteSigner.Ed25519(SampleLog.Origin, new byte[32]);
        var run = Run.Of(log.Folder, "--key", other.Key.ToString());
        Assert.Equal(VerifierProgram.NotSound, run.Code);
        Assert.Contains("no known key has signed", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_policy_asks_for_its_witnesses()
    {
        using var log = new SampleLog(10);
        var witness = NoteSigner.Cosignature("w.example", new byte[32]);
        var policy = log.Aside("policy", Encoding.UTF8.GetBytes($"log {SampleLog.Signer.Key}\nwitness w {witness.Key}\nquorum w\n"));
        Assert.Contains("the quorum w is not met", Run.Of(log.Folder, "--policy", policy).Output, StringComparison.Ordinal);
        var path = Path.Combine(log.Tlog, "checkpoint");
        var checkpoint = SignedCheckpoint.Parse(File.ReadAllBytes(path));
        File.WriteAllBytes(path, checkpoint.With([witness.Sign(checkpoint.Note.Text.Span, 5)]).ToArray());
        var run = Run.Of(log.Folder, "--policy", policy);
        Assert.Equal(VerifierProgram.Sound, run.Code);
        Assert.Contains("witness w", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void An_entry_rewritten_with_all_hashes_and_checksums_but_without_the_key_is_found()
    {
        using var log = new SampleLog(700, 97, 300);
        // The first bundle and its tile from a log whose entry 7 differs; the checkpoint stays.
        var entries = Enumerable.Range(0, 256).Select(i => i == 7 ? "{}"u8.ToArray() : SampleLog.Entry(i)).ToList();
        var bundle = new System.Buffers.ArrayBufferWriter<byte>();
        entries.ForEach(entry => EntryBundle.Append(bundle, entry));
        File.WriteAllBytes(Path.Combine(log.Tlog, "tile/entries/000"), bundle.WrittenSpan.ToArray());
        File.WriteAllBytes(Path.Combine(log.Tlog, "tile/0/000"), [.. entries.SelectMany(entry => TreeHash.Leaf(entry).ToArray())]);
        var run = Run.Json(log.Tlog);
        Assert.Equal(VerifierProgram.NotSound, run.Code);
        Assert.Contains(run.Findings, found => found.Leaves == (0, 256) && found.Problem.Contains("rewritten", StringComparison.Ordinal));
    }

    [Fact]
    public void A_record_rewritten_with_its_checksum_is_found()
    {
        using var log = new SampleLog(300, 97);
        var path = Path.Combine(log.Folder, "log", SegmentName.Of(97));
        var bytes = File.ReadAllBytes(path);
        Assert.True(RecordFrame.TryRead(bytes.AsSpan(SegmentHeader.Bytes), out var frame));
        var payload = SampleLog.Entry(97);
        payload[^3] ^= 1;
        frame.Write(bytes.AsSpan(SegmentHeader.Bytes), payload);
        File.WriteAllBytes(path, bytes);
        var found = Assert.Single(Run.Json(log.Folder).Findings);
        Assert.Equal((path, (97L, 98L)), (found.File, found.Leaves!.Value));
    }

    [Theory]
    [InlineData("tile/0/001")]
    [InlineData("tile/1/000.p/3")]
    [InlineData("tile/entries/001")]
    [InlineData("tile/entries/003.p/9")]
    public void A_missing_file_is_named_with_its_leaves(string path)
    {
        using var log = new SampleLog(777);
        File.Delete(Path.Combine(log.Tlog, path));
        var found = Assert.Single(Run.Json(log.Folder).Findings);
        Assert.Equal((Path.Combine(log.Tlog, path), "is missing"), (found.File, found.Problem));
    }

    [Fact]
    public void A_missing_segment_and_a_shortened_one_are_found()
    {
        using var log = new SampleLog(777);
        var path = Path.Combine(log.Folder, "log", SegmentName.Of(194));
        var bytes = File.ReadAllBytes(path);
        File.WriteAllBytes(path, bytes[..^10]);
        Assert.Contains(Run.Json(log.Folder).Findings, found => found.File == path && found.Leaves == (290, 291));
        File.Delete(path);
        Assert.NotEmpty(Run.Json(log.Folder).Findings);
        File.WriteAllBytes(path, bytes);
        var last = Path.Combine(log.Folder, "log", SegmentName.Of(776));
        File.Delete(last);
        Assert.Contains(Run.Json(log.Folder).Findings, found => found.Leaves == (776, 777));
    }

    [Fact]
    public void A_torn_write_beyond_the_checkpoint_is_a_note()
    {
        using var log = new SampleLog(300, 97);
        var last = Path.Combine(log.Folder, "log", SegmentName.Of(291));
        File.AppendAllBytes(last, [1, 2, 3]);
        var run = Run.Json(log.Folder);
        Assert.Equal((VerifierProgram.Sound, 1), (run.Code, run.Notes.Count));
    }

    [Fact]
    public void An_older_checkpoint_that_the_log_does_not_continue_is_found()
    {
        using var log = new SampleLog(500, 97, 300);
        var kept = File.ReadAllBytes(Path.Combine(log.Tlog, "checkpoints/300"));
        Assert.Equal(VerifierProgram.Sound, Run.Json(log.Folder, "--from", log.Aside("kept", kept)).Code);

        var fork = SignedCheckpoint.Sign(new Checkpoint(SampleLog.Origin, 300, TreeHash.Leaf([1])), 1, SampleLog.Signer).ToArray();
        var run = Run.Json(log.Folder, "--from", log.Aside("fork", fork));
        Assert.Contains("rewritten or forked", Assert.Single(run.Findings).Problem, StringComparison.Ordinal);

        var longer = SignedCheckpoint.Sign(new Checkpoint(SampleLog.Origin, 501, TreeHash.Leaf([1])), 1, SampleLog.Signer).ToArray();
        Assert.Contains("rolled back", Assert.Single(Run.Json(log.Folder, "--from", log.Aside("longer", longer)).Findings).Problem, StringComparison.Ordinal);

        File.WriteAllBytes(Path.Combine(log.Tlog, "checkpoints/501"), longer);
        Assert.Contains("rolled back", Assert.Single(Run.Json(log.Folder).Findings).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_rewritten_and_signed_anew_contradicts_the_kept_checkpoint()
    {
        using var rewritten = new SampleLog(300, 97);
        var forged = SignedCheckpoint.Sign(new Checkpoint(SampleLog.Origin, 200, TreeHash.Leaf([9])), 1, SampleLog.Signer).ToArray();
        Directory.CreateDirectory(Path.Combine(rewritten.Tlog, "checkpoints"));
        File.WriteAllBytes(Path.Combine(rewritten.Tlog, "checkpoints/200"), forged);
        Assert.Contains("rewritten", Assert.Single(Run.Json(rewritten.Folder).Findings).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void When_the_newest_checkpoint_is_refused_the_rest_is_still_verified()
    {
        using var log = new SampleLog(500, 97, 300);
        File.WriteAllText(Path.Combine(log.Tlog, "checkpoint"), "nonsense");
        var run = Run.Json(log.Folder);
        Assert.Equal(VerifierProgram.NotSound, run.Code);
        Assert.Contains(run.Notes, note => note.Contains("checkpoints", StringComparison.Ordinal));
        Assert.Equal(Path.Combine(log.Tlog, "checkpoint"), Assert.Single(run.Findings).File);
    }
}
