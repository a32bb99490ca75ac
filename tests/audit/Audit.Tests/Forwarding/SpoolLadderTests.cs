using System.Collections.Immutable;
using Backbone.Audit.Receiving.Spools;

namespace Backbone.Audit.Tests.Forwarding;

/// <summary>Where the log is read from when a sender comes back with something old.</summary>
public sealed class SpoolLadderTests
{
    [Fact]
    public void However_long_it_grows_it_stays_short_leads_never_past_an_event_and_not_far_before_it()
    {
        var random = new Random(7);
        var ladder = ImmutableArray<SpoolRung>.Empty;
        List<SpoolRung> all = [];
        var (sequence, index) = (0L, 40L);
        for (var batch = 0; batch < 20_000; batch++)
        {
            all.Add(new SpoolRung(sequence, index));
            ladder = SpoolLadder.Add(ladder, all[^1]);
            sequence += random.Next(1, 2_000);
            index += random.Next(1, 9_000);
        }

        Assert.InRange(ladder.Length, 2, 60);
        Assert.Equal(ladder, SpoolLadder.Read(SpoolLadder.Write(ladder))!.Value);
        for (var batch = 0; batch < all.Count; batch += 37)
        {
            var found = SpoolLadder.PlaceOf(ladder, all[batch].Sequence);
            var rung = all.FindIndex(one => one.LogIndex == found);
            Assert.InRange(rung, 0, batch);

            // Read in vain is at most about as much as must be read anyway.
            Assert.True(all[^1].Sequence - all[rung].Sequence <= 2.1 * (all[^1].Sequence - all[batch].Sequence) + 4_000, $"batch {batch}: from {rung}");
        }
    }

    [Fact]
    public void Below_the_oldest_rung_the_log_is_read_from_its_beginning()
    {
        Assert.Equal(0, SpoolLadder.PlaceOf([new SpoolRung(5, 50)], 4));
        Assert.Equal(50, SpoolLadder.PlaceOf([new SpoolRung(5, 50)], 5));
    }

    [Theory]
    [InlineData("1:2,3")]
    [InlineData("1:-2")]
    [InlineData("a:b")]
    [InlineData("1:2:3")]
    public void What_is_no_ladder_is_none(string text) => Assert.Null(SpoolLadder.Read(text));
}
