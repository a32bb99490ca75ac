using System.Globalization;
using System.Net;
using Backbone.Audit.Privacy;

namespace Backbone.Audit.Tests.Privacy;

/// <summary>Erasing asks for a proof of the administrator that is minutes old, and looks at it when the order comes.</summary>
public sealed class FreshProofTests
{
    private const string Person = "resident-4711";
    private const string Secret = "a reason that nobody is to read";

    [Fact]
    public async Task Without_a_proof_of_minutes_nothing_is_erased()
    {
        await using var host = await ConsoleHost.StartAsync();
        var index = await ErasureTests.SendAsync(host, Person, Secret);
        var end = host.Log.Records.EndIndex;
        foreach (var proof in (Func<DateTimeOffset, string?>[])
        [
            _ => null,
            now => Seconds(now.AddSeconds(-301)),
            now => Seconds(now.AddHours(1)),
            _ => "yesterday",
            _ => long.MaxValue.ToString(CultureInfo.InvariantCulture),
            now => $"{Seconds(now.AddHours(-1))} {Seconds(now)}",
        ])
        {
            host.Proved = proof;
            var answer = await ErasureTests.OrderAsync(host, Person);

            // Here no issuer is known that could be asked for a new one.
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
            Assert.Equal((Secret, end), (await ErasureTests.OpenAsync(host, index), host.Log.Records.EndIndex));
        }
    }

    [Fact]
    public async Task A_proof_of_four_minutes_is_fresh()
    {
        await using var host = await ConsoleHost.StartAsync();
        host.Proved = now => Seconds(now.AddMinutes(-4));
        Assert.Equal(HttpStatusCode.SeeOther, (await ErasureTests.OrderAsync(host, Person)).StatusCode);
    }

    [Fact]
    public async Task What_was_typed_stands_again_after_the_proof_for_who_typed_it_and_once()
    {
        await using var host = await ConsoleHost.StartAsync();
        var fresh = host.Proved;
        host.Proved = _ => null;
        await ErasureTests.OrderAsync(host, Person);
        Assert.Equal("", await TypedAsync(host));

        host.Proved = fresh;
        Assert.Equal(Person, await TypedAsync(host));
        Assert.Equal("", await TypedAsync(host));

        host.Proved = _ => null;
        await ErasureTests.OrderAsync(host, Person);
        host.Proved = fresh;
        host.As = Guid.Parse("01981234-0000-7000-8000-000000000002");
        Assert.Equal("", await TypedAsync(host));
    }

    private static async Task<string> TypedAsync(ConsoleHost host)
    {
        var (_, page) = await host.GetAsync(EraseSubject.Path);
        Assert.False(page.QuerySelector("#confirm")!.HasAttribute("checked"));
        return page.QuerySelector("#subject")!.GetAttribute("value") ?? "";
    }

    private static string Seconds(DateTimeOffset at) => at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
}
