using System.Text;
using Backbone.Audit.Log.Segments;
using Backbone.Audit.Storage;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Backbone.Audit.Tests.Storage;

public sealed class FramingTests
{
    [Fact(DisplayName = "RFC 3720 B.4: CRC-32C of the published examples")]
    public void Crc_agrees_with_the_published_examples()
    {
        Assert.Equal(0x8A9136AAu, Crc32C.Of(new byte[32]));
        Assert.Equal(0x62A8AB43u, Crc32C.Of([.. Enumerable.Repeat((byte)0xFF, 32)]));
        Assert.Equal(0x46DD794Eu, Crc32C.Of([.. Enumerable.Range(0, 32).Select(i => (byte)i)]));
        Assert.Equal(0xE3069283u, Crc32C.Of("123456789"u8));
    }

    [Fact]
    public void A_record_has_the_documented_bytes()
    {
        var frame = new RecordFrame(2, 0x0102030405060708, 0x0102030405060700, Guid.Parse("00112233-4455-6677-8899-aabbccddeeff"));
        var record = new byte[frame.TotalBytes];
        frame.Write(record, "{}"u8);
        Assert.Equal(
            "0200000008070605040302010007060504030201" + "00112233445566778899AABBCCDDEEFF",
            Convert.ToHexString(record.AsSpan(0, 36)));
        Assert.Equal("{}", Encoding.ASCII.GetString(record.AsSpan(40)));
        Assert.Equal(Crc32C.Of([.. record.AsSpan(0, 36), .. "{}"u8]), BitConverter.ToUInt32(record, 36));
    }

    [Property]
    public void A_record_reads_back_and_any_changed_bit_shows(NonEmptyArray<byte> payload, NonNegativeInt sequence, Guid id, NonNegativeInt bit)
    {
        var frame = new RecordFrame(payload.Get.Length, sequence.Get, sequence.Get, id);
        var record = new byte[frame.TotalBytes];
        frame.Write(record, payload.Get);
        Assert.True(RecordFrame.TryRead(record, out var read));
        Assert.Equal(frame, read);
        Assert.True(read.IsIntact(record));
        var at = bit.Get % (record.Length * 8);
        record[at / 8] ^= (byte)(1 << (at % 8));
        Assert.False(RecordFrame.TryRead(record, out var changed) && changed.TotalBytes <= record.Length && changed.IsIntact(record));
    }

    [Property]
    public void A_header_reads_back_and_any_changed_bit_shows(Guid id, NonNegativeInt first, NonNegativeInt bytes, NonNegativeInt bit)
    {
        var header = new SegmentHeader(id, first.Get, first.Get - 1, bytes.Get);
        var written = new byte[SegmentHeader.Bytes];
        header.Write(written);
        Assert.True(SegmentHeader.TryRead(written, out var read));
        Assert.Equal(header, read);
        var at = bit.Get % (written.Length * 8);
        written[at / 8] ^= (byte)(1 << (at % 8));
        Assert.False(SegmentHeader.TryRead(written, out _));
    }

    /// <summary>Records of any lengths, cut anywhere: exactly the whole ones before the cut remain.</summary>
    [Property(MaxTest = 60)]
    public Property A_log_cut_anywhere_keeps_exactly_the_whole_records_before_the_cut()
    {
        var lengths = Gen.Choose(66, 400).NonEmptyListOf().Select(list => list.Take(20).ToList());
        return Prop.ForAll(lengths.Zip(Gen.Choose(0, int.MaxValue - 1)).ToArbitrary(), async input =>
        {
            var (sizes, cut) = input;
            var disk = new FaultyDisk();
            var ends = new List<int> { SegmentHeader.Bytes };
            await using (var log = Open(disk))
            {
                foreach (var size in sizes)
                {
                    var id = TemporaryLog.NewId();
                    var payload = TemporaryLog.Payload(id, size);
                    await log.AppendAsync(id, payload);
                    ends.Add(ends[^1] + RecordFrame.HeaderBytes + payload.Length);
                }
            }

            var name = disk.Names.Single();
            var whole = disk.Contents(name);
            var length = SegmentHeader.Bytes + cut % (whole.Length - SegmentHeader.Bytes + 1);
            disk.Replace(name, whole[..length]);
            await using var reopened = Open(disk);
            var kept = ends.Count(end => end <= length) - 1;
            Assert.Equal(kept, reopened.Records.EndIndex);
            Assert.Equal(ends[kept], disk.Contents(name).Length);
        });
    }

    private static Backbone.Audit.Appending.SegmentLog Open(FaultyDisk disk)
    {
        return new(disk.Open(), new SegmentLogSettings(), Guid.CreateVersion7());
    }
}
