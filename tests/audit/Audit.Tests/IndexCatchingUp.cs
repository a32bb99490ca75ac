using Backbone.Audit.Searching;

namespace Backbone.Audit.Tests;

/// <summary>An index is behind its log by moments, and says of none of them when it ends.</summary>
internal static class IndexCatchingUp
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    /// <summary>Waits until the index has seen so many events.</summary>
    /// <param name="index">Which.</param>
    /// <param name="end">One past the newest that must be there.</param>
    public static async Task CaughtUpAsync(this IEventIndex index, long end)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (await index.EndIndexAsync(TestContext.Current.CancellationToken) is var seen && seen < end)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Longest, $"the index stays at {seen} of {end}");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }
}
