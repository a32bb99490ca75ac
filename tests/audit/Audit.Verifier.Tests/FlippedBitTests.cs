using FsCheck;
using FsCheck.Xunit;

namespace Backbone.Audit.Verifier.Tests;

/// <summary>Any flipped bit in any stored file: the verifier names the file and a range that holds the flipped place.</summary>
public sealed class FlippedBitTests : IClassFixture<FlippedBitTests.Logs>
{
    private readonly Logs logs;

    public FlippedBitTests(Logs logs) => this.logs = logs;

    [Property(MaxTest = 250)]
    public void A_flipped_bit_is_found_and_named(NonNegativeInt which, NonNegativeInt file, NonNegativeInt place)
    {
        var log = logs.All[which.Get % logs.All.Count];
        Flip(log, log.Files[file.Get % log.Files.Count], place.Get);
    }

    [Fact]
    public void A_flipped_bit_is_found_in_each_file_at_its_beginning_middle_and_end()
    {
        foreach (var log in logs.All)
        {
            foreach (var file in log.Files)
            {
                var bits = (int)new FileInfo(Path.Combine(log.Folder, file)).Length * 8;
                foreach (var bit in (int[])[0, bits / 2, bits - 1])
                {
                    Flip(log, file, bit);
                }
            }
        }
    }

    private static void Flip(SampleLog log, string file, int place)
    {
        var path = Path.Combine(log.Folder, file);
        var whole = File.ReadAllBytes(path);
        var bit = place % (whole.Length * 8);
        var changed = whole.ToArray();
        changed[bit / 8] ^= (byte)(1 << (bit % 8));
        File.WriteAllBytes(path, changed);
        try
        {
            var run = Run.Json(log.Folder);
            Assert.True(run.Code == VerifierProgram.NotSound, $"{file} bit {bit}: exit code {run.Code}");
            // The file is named, the place is in the range, and nothing else is accused.
            Assert.True(
                run.Findings.Any(found => found.File == path && found.Bytes is var (from, end) && from <= bit / 8 && bit / 8 < end),
                $"{file} byte {bit / 8}: {run.Output}");
            Assert.True(run.Findings.All(found => found.File == path), $"{file} byte {bit / 8} accuses others: {run.Output}");
        }
        finally
        {
            File.WriteAllBytes(path, whole);
        }
    }

    /// <summary>Sizes with full and partial tiles on several levels, and one where every tile is full.</summary>
    public sealed class Logs : IDisposable
    {
        internal IReadOnlyList<SampleLog> All { get; } =
            [new SampleLog(777, 97, 3, 200, 256, 600), new SampleLog(512, 200, 300), new SampleLog(256, 100), new SampleLog(1, 5)];

        public void Dispose()
        {
            foreach (var log in All)
            {
                log.Dispose();
            }
        }
    }
}
