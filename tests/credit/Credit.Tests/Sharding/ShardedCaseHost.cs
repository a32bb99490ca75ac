using Backbone.Credit.Storage;
using Backbone.Credit.Tests.Cases;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Credit.Tests.Sharding;

/// <summary>A host whose credit tables lie in shards, and which knows which statements crossed them.</summary>
public sealed class ShardedCaseHost() : CaseHost(postgres: true)
{
    internal WatchedShards Watched { get; private set; } = null!;

    protected override async Task StartedAsync()
    {
        await InDatabaseAsync(async db =>
        {
            var database = db.Database.GetConnectionString()!;
            await ShardedTables.CutAsync(database, TestContext.Current.CancellationToken);
            Watched = new WatchedShards(database);
        });
    }

    protected override void Stopped() => Watched?.Dispose();
}
