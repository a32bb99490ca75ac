using Backbone.Testing;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Integration.Tests.EndpointTable;

/// <summary>The running host's endpoints against the table; several rows may ask the same endpoint.</summary>
public sealed class EveryEndpoint : IClassFixture<EveryEndpoint.Backbone>
{
    private readonly Backbone backbone;

    public EveryEndpoint(Backbone backbone) => this.backbone = backbone;

    [Fact]
    public async Task Has_a_row_and_answers_stranger_wrong_and_right_person_as_the_row_says()
    {
        var rows = EndpointRow.Read(await File.ReadAllTextAsync(
            Path.Combine(AppContext.BaseDirectory, "EndpointTable", "endpoints.txt"), TestContext.Current.CancellationToken));
        using var callers = await Callers.SignInAsync(backbone);

        List<string> wrong = [.. Unmatched(Names(backbone.Services), rows)];
        foreach (var row in rows)
        {
            foreach (var (caller, promised) in row.Promises())
            {
                var status = await callers.AskAsync(caller, row.Method, row.Address);
                if (status != promised)
                {
                    wrong.Add($"{row.Name}: {row.Method} {row.Address} answered {status} to {caller}, the table says {promised}");
                }
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void A_planted_endpoint_without_a_row_and_a_row_without_an_endpoint_are_found() => Assert.Equal(
        ["a is in no row of endpoints.txt", "b is in endpoints.txt, but there is no such endpoint"],
        Unmatched(["a"], [new EndpointRow("b", HttpMethod.Get, "/", 200, null, null, "-")]));

    [Fact]
    public void No_endpoint_leaves_open_who_may_call_it()
    {
        var open = backbone.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<Microsoft.AspNetCore.Authorization.IAllowAnonymous>() is null
                && endpoint.Metadata.GetMetadata<Microsoft.AspNetCore.Authorization.IAuthorizeData>() is null)
            .Select(endpoint => endpoint.RoutePattern.RawText);

        Assert.Empty(open);
    }

    private static IEnumerable<string> Names(IServiceProvider services) => services.GetRequiredService<EndpointDataSource>().Endpoints
        .OfType<RouteEndpoint>().Select(endpoint => endpoint.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName
            ?? $"(an endpoint without a name: {endpoint.RoutePattern.RawText})");

    private static IEnumerable<string> Unmatched(IEnumerable<string> names, IReadOnlyList<EndpointRow> rows)
    {
        var known = names.ToHashSet();
        return known.Except(rows.Select(row => row.Name)).Select(name => $"{name} is in no row of endpoints.txt")
            .Concat(rows.Select(row => row.Name).Except(known).Select(name => $"{name} is in endpoints.txt, but there is no such endpoint"));
    }

    public sealed class Backbone : BackboneFixture
    {
        protected override void Configure(FixtureSettings settings) => settings.Demo = true;
    }
}
