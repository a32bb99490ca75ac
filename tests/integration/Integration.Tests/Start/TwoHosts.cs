using System.Net;
using Backbone.Testing;

namespace Backbone.Integration.Tests.Start;

public sealed class TwoHosts
{
    [Fact]
    public async Task Two_hosts_with_folders_of_their_own_run_side_by_side()
    {
        await using var first = await BackboneFixture.StartAsync();
        await using var second = await BackboneFixture.StartAsync();

        Assert.NotEqual(first.Address, second.Address);
        Assert.NotEqual(first.DataDirectory, second.DataDirectory);
        foreach (var backbone in new[] { first, second })
        {
            using var client = backbone.NewClient();
            using var answer = await client.GetAsync("/health/live", TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }
}
