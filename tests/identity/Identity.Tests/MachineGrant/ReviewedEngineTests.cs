using Backbone.Identity.MachineGrant;
using Backbone.Identity.Tests.Protocol;
using Backbone.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Backbone.Identity.Tests.MachineGrant;

public sealed class ReviewedEngineTests
{
    [Fact]
    public async Task The_reviewed_handlers_are_those_that_run()
    {
        await using var backbone = await BackboneFixture.StartAsync();
        var options = backbone.Services.GetRequiredService<IOptionsMonitor<OpenIddictServerOptions>>().CurrentValue;
        var path = Path.Combine(Repository.Root, "identity/Identity/MachineGrant/reviewed-handlers.txt");
        var reviewed = (await File.ReadAllLinesAsync(path)).Where(line => line.Length > 0).ToList();
        var run = ReviewedEngine.Describe(options).ToList();

        Assert.True(
            reviewed.SequenceEqual(run),
            "Machines get their tokens on the long way. Read what each of these does to a plain client-credentials request, do the same in "
            + "GrantPlainRequest or refuse there, then bring reviewed-handlers.txt up to date.\n"
            + string.Join('\n', run.Except(reviewed).Select(line => $"+ {line}").Concat(reviewed.Except(run).Select(line => $"- {line}"))));
        Assert.True(backbone.Services.GetRequiredService<ReviewedEngine>().IsAsReviewed(options));
    }
}
