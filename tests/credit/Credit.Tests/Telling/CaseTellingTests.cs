using Backbone.Credit.Cases;
using Backbone.Credit.Telling;
using Backbone.Credit.Tests.Cases;
using Backbone.Testing;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Credit.Tests.Telling;

/// <summary>What an organisation or an officer does to a record is told like what an agency reports.</summary>
public sealed class CaseTellingTests(SqliteCaseHost host) : IClassFixture<SqliteCaseHost>
{
    [Fact]
    public async Task An_objection_and_its_decision_are_told_once_each_and_a_step_that_changes_no_record_is_not()
    {
        var fact = await host.FactAsync();
        var subscription = MessageFlow.Row(Enterprises.Code, "https://x.example/");
        await host.InDatabaseAsync(db =>
        {
            db.Subscriptions.Add(subscription);
            return db.SaveChangesAsync();
        });

        var id = await host.FileAsync(CaseKind.Objection, fact);
        Assert.Equal(1, await ToldAsync(subscription));
        await CaseHost.StepAsync(host.First, id, "propose", "处罚已撤销。", new Dictionary<string, string> { ["remedy"] = "withdrawal" });
        Assert.Equal(1, await ToldAsync(subscription));
        await CaseHost.StepAsync(host.Second, id, "approve");
        Assert.Equal(2, await ToldAsync(subscription));
    }

    private async Task<int> ToldAsync(Subscription subscription)
    {
        var told = 0;
        await host.InDatabaseAsync(async db => told = await db.Deliveries.CountAsync(one => one.Subscription == subscription.Id && one.Type == "credit.facts.changed"));
        return told;
    }
}
