using Backbone.Testing;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Integration.Tests.EndpointTable;

/// <summary>The running host's endpoints against the table; a row may list several requests of one endpoint.</summary>
public sealed class EveryEndpoint : IClassFixture<EveryEndpoint.Backbone>
{
    private readonly Backbone backbone;

    public EveryEndpoint(Backbone backbone) => this.backbone = backbone;

    [Fact]
    public async Task Has_a_row_and_answers_strangers_as_the_row_says()
    {
        var rows = EndpointRow.Read(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "EndpointTable", "endpoints.txt")));

        List<string> wrong = [.. Unmatched(Names(backbone.Services), rows)];
        foreach (var row in rows)
        {
            using var client = backbone.NewClient();
            using var request = new HttpRequestMessage(row.Method, row.Address);
            if (row.Method == HttpMethod.Post)
            {
                request.Content = new FormUrlEncodedContent([]);
            }

            using var answer = await client.SendAsync(request);
            if ((int)answer.StatusCode != row.Stranger)
            {
                wrong.Add($"{row.Name}: {row.Method} {row.Address} answered {(int)answer.StatusCode} to a stranger, the table says {row.Stranger}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void A_planted_endpoint_without_a_row_and_a_row_without_an_endpoint_are_found() => Assert.Equal(
        ["a is in no row of endpoints.txt", "b is in endpoints.txt, but there is no such endpoint"],
        Unmatched(["a"], [new EndpointRow("b", HttpMethod.Get, "/", 200, null, null, "-")]));

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
