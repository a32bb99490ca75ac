using System.Net;
using System.Text.Json;
using Backbone.Credit.Commands;
using Backbone.Testing;

namespace Backbone.Credit.Tests.Codes;

public sealed class CheckCodeTests(BackboneFixture backbone) : IClassFixture<BackboneFixture>
{
    [Fact]
    public async Task A_code_is_said_to_be_one_and_what_it_says()
    {
        var answer = await AskAsync("91370200264574251E");

        Assert.True(answer.GetProperty("valid").GetBoolean());
        Assert.Equal("91370200264574251E", answer.GetProperty("code").GetString());
        Assert.Equal("市场监管", answer.GetProperty("department").GetProperty("name").GetProperty("zh").GetString());
        Assert.Equal("enterprise", answer.GetProperty("category").GetProperty("name").GetProperty("en").GetString());
        Assert.Equal("370200", answer.GetProperty("region").GetProperty("code").GetString());
        Assert.Equal("Shandong", answer.GetProperty("region").GetProperty("name").GetProperty("en").GetString());
        Assert.False(answer.TryGetProperty("reason", out _));
    }

    [Theory]
    [InlineData("91110108551385082R", "check")]
    [InlineData("92350100M000100Y40", "natural-person")]
    [InlineData("11010519491231002X", "resident-identity-number")]
    [InlineData("440301103097413", "registration-number")]
    [InlineData("%20", "length")]
    [InlineData("%F0%9F%98%80", "length")]
    [InlineData("..%2F..%2Fetc", "length")]
    public async Task What_is_none_is_answered_with_its_reason_in_both_languages(string text, string reason)
    {
        var answer = await AskAsync(text);

        Assert.False(answer.GetProperty("valid").GetBoolean());
        Assert.Equal(reason, answer.GetProperty("reason").GetString());
        Assert.NotEmpty(answer.GetProperty("message").GetProperty("zh").GetString()!);
        Assert.NotEmpty(answer.GetProperty("message").GetProperty("en").GetString()!);
    }

    [Fact]
    public async Task A_persons_number_is_not_repeated()
    {
        using var client = backbone.NewClient();

        var body = await client.GetStringAsync(new Uri("/credit/v1/codes/11010519491231002X", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.DoesNotContain("110105", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_letter_that_looks_like_a_digit_is_refused_and_the_digit_suggested()
    {
        var answer = await AskAsync("9111O108551385082Q");

        Assert.Equal(("alphabet", 5, "91110108551385082Q"), (
            answer.GetProperty("reason").GetString(), answer.GetProperty("position").GetInt32(), answer.GetProperty("suggestion").GetString()));
    }

    [Fact]
    public async Task Who_asks_for_too_many_is_told_to_wait()
    {
        await using var strict = await BackboneFixture.StartAsync(settings => settings.Settings["Backbone:Credit:CodesPerAddressPerMinute"] = "3");
        using var client = strict.NewClient();
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri("/credit/v1/codes/12345", UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode);
        }

        using var refused = await client.GetAsync(new Uri("/credit/v1/codes/12345", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(TimeSpan.FromMinutes(1), refused.Headers.RetryAfter?.Delta);
    }

    [Fact]
    public void The_command_says_one_line_for_each_and_fails_when_any_is_none()
    {
        using var output = new StringWriter();

        Assert.Equal(1, CreditCommands.CheckCodes(["91370200264574251E", "12345"], output));

        var lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("{\"valid\":true,\"code\":\"91370200264574251E\"", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("{\"valid\":false,\"reason\":\"length\"", lines[1], StringComparison.Ordinal);
        Assert.Equal(0, CreditCommands.CheckCodes(["91370200264574251E"], TextWriter.Null));
    }

    private async Task<JsonElement> AskAsync(string text)
    {
        using var client = backbone.NewClient();
        using var document = JsonDocument.Parse(await client.GetStringAsync(new Uri("/credit/v1/codes/" + text, UriKind.Relative), TestContext.Current.CancellationToken));
        return document.RootElement.Clone();
    }
}
