using System.Net;
using Backbone.Credit.Enterprise;
using Backbone.Credit.Enterprise.Reading;
using Backbone.Credit.Paper;
using Backbone.Credit.Storage;
using Backbone.Credit.Tests.Cases;
using Backbone.Credit.Tests.PriorNotices;
using Backbone.Credit.Tests.Telling;
using Backbone.Platform.Web;
using Backbone.Testing;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Credit.Tests.Sharding;

/// <summary>Objections as they are everywhere, on tables in shards.</summary>
public sealed class ShardedObjectionTests(ShardedCaseHost host) : ObjectionContract(host), IClassFixture<ShardedCaseHost>, IDisposable
{
    public void Dispose() => Assert.Empty(host.Watched.Crossings);
}

/// <summary>Repairs likewise.</summary>
public sealed class ShardedRepairTests(ShardedCaseHost host) : RepairContract(host), IClassFixture<ShardedCaseHost>, IDisposable
{
    public void Dispose() => Assert.Empty(host.Watched.Crossings);
}

/// <summary>And notices to programs: writing, sending and acknowledging them, and all pages about them.</summary>
public sealed class ShardedNoticeTests(ShardedCaseHost host) : NoticePagesTests(host), IClassFixture<ShardedCaseHost>, IDisposable
{
    public void Dispose() => Assert.True(host.Watched.Crossings.IsEmpty, string.Join('\n', host.Watched.Crossings));
}

/// <summary>And notices before publication.</summary>
public sealed class ShardedPriorNoticePagesTests(ShardedCaseHost host) : PriorNoticePagesContract(host), IClassFixture<ShardedCaseHost>, IDisposable
{
    public void Dispose() => Assert.Empty(host.Watched.Crossings);
}

public sealed class NoQueryCrossesShards(ShardedCaseHost host) : IClassFixture<ShardedCaseHost>
{
    [Fact]
    public async Task Reporting_reading_and_verifying_of_an_organisation_stay_in_its_shard()
    {
        await host.FactAsync();
        await host.FactAsync(daysAgo: 20);
        using var asker = await host.Backbone.NewProgramAsync("machine", "credit.read", "urn:backbone:api:credit");
        foreach (var path in (string[])["grade", "report"])
        {
            using var answer = await asker.GetAsync(
                new Uri($"/credit/v1/entities/{Enterprises.Code}/{path}?purpose=supervision&basis=test", UriKind.Relative), TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        foreach (var path in (string[])[EnterpriseSignIn.Home, ShowReport.Path])
        {
            await host.Enterprise.GoAsync(path);
            Assert.True(host.Enterprise.Status == HttpStatusCode.OK, $"{path}: {host.Enterprise.Status}");
        }

        // On a machine without a Chinese font no report is printed.
        if (PaperFont.Find(new CreditOptions(), new BackboneOptions()).File is not null)
        {
            Assert.Equal(HttpStatusCode.OK, await CaseHost.PostAsync(host.Enterprise, IssueReport.Path, ("purpose", "supervision")));
        }

        Assert.Empty(host.Watched.Crossings);
        Assert.True(host.Watched.Within >= 5, $"{host.Watched.Within} statements were looked at");
    }

    [Fact]
    public async Task A_planted_query_across_organisations_is_found_unless_it_says_so()
    {
        await host.InDatabaseAsync(async db =>
        {
            _ = await db.Facts.AsNoTracking().CountAsync(fact => fact.Source == "planted", TestContext.Current.CancellationToken);
            _ = await db.Facts.AsNoTracking().ForAllOrganisations("a planted one").CountAsync(fact => fact.Source == "planted-and-said", TestContext.Current.CancellationToken);
        });

        var found = Assert.Single(host.Watched.Crossings, one => one.Contains("planted", StringComparison.Ordinal) || one.Contains("\"Source\"", StringComparison.Ordinal));
        Assert.StartsWith($"{ShardedTables.Shards} shards of facts", found, StringComparison.Ordinal);
        host.Watched.Crossings.Clear();
    }
}
