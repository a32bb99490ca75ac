using System.Net;
using System.Text;
using System.Text.Json;
using Backbone.Testing;

namespace Backbone.Credit.Tests.Reports;

/// <summary>What a program gets to know of an organisation, for what, and what stays of its question.</summary>
public sealed class AskReportTests(ReportHost host) : IClassFixture<ReportHost>
{
    private const string Entities = "/credit/v1/entities/";

    [Fact]
    public async Task The_same_question_with_the_same_knowledge_has_the_same_bytes_whatever_was_recorded_since()
    {
        var code = host.NewCode();
        await host.ReportAsync(code, ReportHost.Penalty(), ReportHost.EnvironmentalGrade("green"));
        using var asker = await host.AskerAsync();

        var (status, grade) = await ReportHost.GetAsync(asker, Entities + code + "/grade" + ReportHost.Query());
        var (_, report) = await ReportHost.GetAsync(asker, Entities + code + "/report" + ReportHost.Query());
        Assert.Equal(HttpStatusCode.OK, status);
        var known = ReportHost.Json(grade).GetProperty("known").GetString()!;
        await host.ReportAsync(code, [.. Enumerable.Repeat(ReportHost.Penalty(daysAgo: 5), 2)]);

        var again = ReportHost.Query(more: $"&validOn={ReportHost.Day(0)}&known={Uri.EscapeDataString(known)}");
        Assert.Equal(grade, (await ReportHost.GetAsync(asker, Entities + code + "/grade" + again)).Body);
        Assert.Equal(report, (await ReportHost.GetAsync(asker, Entities + code + "/report" + again)).Body);

        // Now it is another.
        var now = ReportHost.Json((await ReportHost.GetAsync(asker, Entities + code + "/grade" + ReportHost.Query())).Body);
        Assert.NotEqual(ReportHost.Json(grade).GetProperty("points").GetInt32(), now.GetProperty("points").GetInt32());
        Assert.Equal("C", now.GetProperty("grade").GetString());
    }

    [Fact]
    public async Task The_contributions_sum_to_the_points_and_each_names_its_facts_with_authority_document_and_law()
    {
        var code = host.NewCode();
        await host.ReportAsync(code, ReportHost.Penalty(), ReportHost.EnvironmentalGrade("yellow"));
        using var asker = await host.AskerAsync();

        var report = ReportHost.Json((await ReportHost.GetAsync(asker, Entities + code + "/report" + ReportHost.Query())).Body);

        var answer = report.GetProperty("answer");
        Assert.Equal(answer.GetProperty("points").GetInt64(), answer.GetProperty("contributions").EnumerateArray().Sum(one => one.GetProperty("points").GetInt64()));
        var facts = report.GetProperty("facts").EnumerateArray().ToDictionary(fact => fact.GetProperty("id").GetString()!);
        var counted = answer.GetProperty("contributions").EnumerateArray().SelectMany(one => one.GetProperty("facts").EnumerateArray()).Select(fact => fact.GetProperty("id").GetString()!);
        Assert.All(counted, id => Assert.True(facts.ContainsKey(id)));
        Assert.All(facts.Values, fact => Assert.All(["authority", "document", "basis", "decided"], field => Assert.NotEqual("", fact.GetProperty(field).GetString())));
    }

    [Fact]
    public async Task A_rule_that_is_irrelevant_to_the_purpose_does_not_count()
    {
        var code = host.NewCode();
        await host.ReportAsync(code, ReportHost.EnvironmentalGrade("black"));
        using var asker = await host.AskerAsync();

        var supervision = ReportHost.Json((await ReportHost.GetAsync(asker, Entities + code + "/report" + ReportHost.Query())).Body).GetProperty("answer");
        var finance = ReportHost.Json((await ReportHost.GetAsync(asker, Entities + code + "/report" + ReportHost.Query("finance"))).Body).GetProperty("answer");

        Assert.Equal(80, supervision.GetProperty("points").GetInt32());
        Assert.Equal(100, finance.GetProperty("points").GetInt32());
        Assert.Equal("irrelevantToPurpose", finance.GetProperty("leftOut")[0].GetProperty("reason").GetString());
    }

    [Fact]
    public async Task Of_what_was_withdrawn_others_find_no_trace()
    {
        var code = host.NewCode();
        var keys = await host.ReportAsync(code, ReportHost.Penalty(), ReportHost.EnvironmentalGrade("green"));
        using var asker = await host.AskerAsync();
        var before = ReportHost.Json((await ReportHost.GetAsync(asker, Entities + code + "/report" + ReportHost.Query())).Body);
        var penalty = before.GetProperty("facts").EnumerateArray().Single(fact => fact.GetProperty("type").GetString() == "penalty").GetProperty("id").GetString()!;
        await host.ReportAsync(code, ReportHost.Withdrawal(keys[0]));

        var report = Encoding.UTF8.GetString((await ReportHost.GetAsync(asker, Entities + code + "/report" + ReportHost.Query())).Body);

        Assert.DoesNotContain(penalty, report, StringComparison.Ordinal);
        Assert.DoesNotContain("withdrawn", report, StringComparison.Ordinal);

        // Nor as it was known before, when it counted.
        var then = ReportHost.Query(more: $"&validOn={ReportHost.Day(0)}&known={Uri.EscapeDataString(before.GetProperty("known").GetString()!)}");
        var earlier = Encoding.UTF8.GetString((await ReportHost.GetAsync(asker, Entities + code + "/report" + then)).Body);
        Assert.Contains(before.GetProperty("known").GetString()!, earlier, StringComparison.Ordinal);
        Assert.DoesNotContain(penalty, earlier, StringComparison.Ordinal);
        Assert.DoesNotContain("withdrawn", earlier, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("91370200264574251E", "?basis=law1", 400, "purpose-required")]
    [InlineData("91370200264574251E", "?purpose=marketing&basis=law1", 400, "unknown-purpose")]
    [InlineData("91370200264574251E", "?purpose=supervision", 400, "basis-required")]
    [InlineData("91370200264574251E", "?purpose=supervision&basis=%20%20a%20", 400, "basis-required")]
    [InlineData("91370200264574251E", "?purpose=supervision&basis=of%20379999199003070025", 400, "basis-required")]
    [InlineData("91370200264574251E", "?purpose=supervision&basis=law1", 404, "unknown-organisation")]
    [InlineData("91370200264574251E", "?purpose=supervision&basis=law1&validOn=2020-01-01", 400, "bad-request")]
    [InlineData("91370200264574251E", "?purpose=supervision&basis=law1&validOn=2099-01-01", 400, "bad-request")]
    [InlineData("91370200264574251E", "?purpose=supervision&basis=law1&known=2099-01-01T00:00:00Z", 400, "bad-request")]
    [InlineData("91370200264574251E", "?purpose=supervision&basis=law1&known=yesterday", 400, "bad-request")]
    [InlineData("91370200264574251E", "?purpose=supervision&basis=law1&name=x", 400, "bad-request")]
    [InlineData("92350100M000100Y40", "?purpose=supervision&basis=law1", 422, "natural-person")]
    [InlineData("379999199003070025", "?purpose=supervision&basis=law1", 422, "natural-person")]
    [InlineData("91110108551385082R", "?purpose=supervision&basis=law1", 400, "no-code")]
    public async Task A_question_that_lacks_something_is_refused_with_its_reason_and_is_an_event_all_the_same(string code, string query, int status, string problem)
    {
        using var asker = await host.AskerAsync();

        var (answered, body) = await ReportHost.GetAsync(asker, Entities + code + "/report" + query);

        var refusal = ReportHost.Json(body);
        Assert.Equal((status, problem), ((int)answered, refusal.GetProperty("type").GetString()!.Split(':')[^1]));
        Assert.DoesNotContain("379999199003070025", refusal.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain("92350100M000100Y40", refusal.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_question_is_an_event_with_who_whom_what_for_and_by_which_law_and_none_names_a_person()
    {
        await using var backbone = new ReportHost();
        await ((IAsyncLifetime)backbone).InitializeAsync();
        var code = backbone.NewCode();
        await backbone.ReportAsync(code, ReportHost.Penalty());
        using (var asker = await backbone.AskerAsync())
        {
            await ReportHost.GetAsync(asker, Entities + code + "/grade" + ReportHost.Query());
            await ReportHost.GetAsync(asker, Entities + "379999199003070025/grade" + ReportHost.Query());
            await ReportHost.GetAsync(asker, Entities + "91370200264574251E/report" + ReportHost.Query());
        }

        var folder = backbone.DataDirectory;
        await backbone.StopAsync();

        var log = OpenFile.ReadLog(folder);
        string[] told = ["\"credit-query\"", $"\"subject\":{{\"id\":\"{code}\",\"kind\":\"organisation\"}}", "\"code\":\"supervision\",\"legal_basis\":\"国办发〔2026〕8号\"", "natural_person", "unknown_organisation"];
        Assert.All(told, part => Assert.Contains(part, log, StringComparison.Ordinal));
        Assert.DoesNotContain("379999199003070025", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_organisation_finds_the_question_among_those_who_looked()
    {
        var code = host.NewCode();
        await host.ReportAsync(code, ReportHost.Penalty());
        using var asker = await host.AskerAsync();
        await ReportHost.GetAsync(asker, Entities + code + "/grade" + ReportHost.Query());
        using var portal = await host.NewProgramAsync("machine", "audit.usage", "urn:backbone:api:audit");
        portal.DefaultRequestHeaders.Add("X-Road-UserId", "portal");
        portal.DefaultRequestHeaders.Add("Accept-Language", "en");

        // The event is carried to the log and indexed in a moment.
        var usages = default(JsonElement);
        for (var attempt = 0; attempt < 200 && (usages.ValueKind == JsonValueKind.Undefined || usages.GetArrayLength() == 0); attempt++)
        {
            usages = ReportHost.Json((await ReportHost.GetAsync(portal, "/audit/v2/findUsage?userCode=" + code)).Body).GetProperty("usages");
        }

        var usage = usages.EnumerateArray().Single().GetRawText();
        Assert.Contains("credit evaluation: supervision by grade", usage, StringComparison.Ordinal);
        Assert.Contains("machine", usage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pack_that_may_not_be_approved_stops_the_start_and_says_what_is_wrong_with_it()
    {
        var pack = Path.Combine(AppContext.BaseDirectory, "credit", "packs", "shandong.yml");

        var refused = await Assert.ThrowsAnyAsync<Exception>(() => BackboneFixture.StartAsync(settings => settings.Settings["Backbone:Credit:Pack"] = pack));

        var failure = refused.Message;
        Assert.Contains("Backbone:Credit:Pack", failure, StringComparison.Ordinal);
        Assert.Contains("is unverified", failure, StringComparison.Ordinal);
    }
}
