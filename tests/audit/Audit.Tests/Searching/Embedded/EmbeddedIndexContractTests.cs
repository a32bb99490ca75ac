using Backbone.Audit.Searching;
using Backbone.Audit.Searching.Embedded;

namespace Backbone.Audit.Tests.Searching.Embedded;

/// <summary>The contract, while every event is still in memory.</summary>
public sealed class EmbeddedIndexInMemoryTests : EmbeddedIndexContract
{
    private protected override EmbeddedIndexOptions Options => new();
}

/// <summary>
/// The contract, with the events spread over many files of which some have been merged and the last is still being written, and a few in memory.
/// </summary>
public sealed class EmbeddedIndexInFilesTests : EmbeddedIndexContract
{
    private protected override EmbeddedIndexOptions Options => new() { NewestEvents = 9, MergedEvents = 60 };
}

public abstract class EmbeddedIndexContract : EventIndexContract, IDisposable
{
    private readonly List<EmbeddedStore> stores = [];

    private protected abstract EmbeddedIndexOptions Options { get; }

    private protected override Task<IEventIndex> IndexOfAsync(IEnumerable<string> leaves)
    {
        var store = new EmbeddedStore(Options);
        stores.Add(store);
        store.AddUnsettled(leaves);
        return Task.FromResult<IEventIndex>(store.Index);
    }

    private protected override Task AddAsync(IEventIndex index, IEnumerable<string> leaves)
    {
        stores.Single(store => store.Index == index).AddUnsettled(leaves);
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        foreach (var store in stores)
        {
            store.Dispose();
        }

        GC.SuppressFinalize(this);
    }
}
