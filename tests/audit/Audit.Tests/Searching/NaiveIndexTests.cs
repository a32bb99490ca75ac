using Backbone.Audit.Searching;

namespace Backbone.Audit.Tests.Searching;

/// <summary>The measure itself is measured: what the suite says in so many words holds for it too.</summary>
public sealed class NaiveIndexTests : EventIndexContract
{
    private protected override int RandomSearches => 5;

    private protected override Task<IEventIndex> IndexOfAsync(IEnumerable<string> leaves)
    {
        var index = new NaiveIndex();
        index.Add(leaves);
        return Task.FromResult<IEventIndex>(index);
    }

    private protected override Task AddAsync(IEventIndex index, IEnumerable<string> leaves)
    {
        ((NaiveIndex)index).Add(leaves);
        return Task.CompletedTask;
    }
}
