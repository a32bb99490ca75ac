using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Backbone.Audit.Contracts;
using Backbone.Audit.Events;
using Backbone.Audit.Integrating;
using Backbone.Audit.Log.Notes;
using Backbone.Audit.Log.Policy;
using Backbone.Audit.Log.Proofs;
using Backbone.Audit.Log.Tree;
using Backbone.Audit.Privacy;
using Backbone.Audit.Publishing;
using Backbone.Audit.Receiving;
using Backbone.Audit.State;
using Backbone.Audit.Verifier;
using Backbone.Platform.Web;
using Backbone.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Audit.Tests.Privacy;

/// <summary>Erasing by destroying a key: nobody reads the value any more, and every proof still holds. On both databases.</summary>
public abstract class ErasureTests
{
    private const string Person = "resident-4711";
    private const string Secret = "低保申请被拒的理由";

    [Fact]
    public async Task Erased_a_value_can_be_read_by_nobody_and_its_receipt_and_the_whole_log_still_verify()
    {
        await using var host = await StartAsync();
        var index = await SendAsync(host, Person, Secret);
        await host.StatePurposeAsync();
        Assert.Contains(Secret, await PageAsync(host, index), StringComparison.Ordinal);
        var receipt = await ReceiptAsync(host, index);
        AssertProves(host, index, receipt);

        var answer = await OrderAsync(host, Person);

        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        Assert.Matches("^/console/audit/erase\\?order=[0-9]+$", answer.Headers.Location!.ToString());
        Assert.Contains("已经销毁", await PageAsync(host, answer), StringComparison.Ordinal);
        Assert.Null(await OpenAsync(host, index));
        var page = await PageAsync(host, index);
        Assert.Contains("已销毁，不可再读", page, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, page, StringComparison.Ordinal);
        AssertProves(host, index, receipt);
        AssertProves(host, index, await ReceiptAsync(host, index));
        await VerifiesAsync(host, receipt);
    }

    [Fact]
    public async Task The_order_says_who_for_which_case_and_whose_and_the_key_remembers_it()
    {
        await using var host = await StartAsync();
        await SendAsync(host, Person, Secret);
        var order = OrderOf(await OrderAsync(host, Person));

        var leaf = Leaf(host, order);
        Assert.Equal(("subject-erase", ConsoleHost.Staff.ToString("D")), ((string)leaf["event"]!["action"]!, (string)leaf["user"]!["id"]!));
        Assert.Equal((Person, "2026-0042"), ((string)leaf["subject"]!["id"]!, (string)leaf["purpose"]!["reference"]!));
        await using var scope = host.Services.CreateAsyncScope();
        var key = await scope.ServiceProvider.GetRequiredService<AuditDb>().SubjectKeys.SingleAsync(TestContext.Current.CancellationToken);
        Assert.Equal(((string)leaf["event"]!["id"]!, null, null), (key.DestroyedBy!.Value.ToString("D"), key.Wrapped, key.SubjectIndex));
    }

    [Fact]
    public async Task What_comes_after_an_erasure_is_under_a_new_key_and_opens()
    {
        await using var host = await StartAsync();
        var before = await SendAsync(host, Person, Secret);
        var another = await SendAsync(host, "resident-4712", "别人的内容");
        await OrderAsync(host, Person);
        var after = await SendAsync(host, Person, "新的内容");

        Assert.NotEqual((string)Leaf(host, before)["subject"]!["key"]!, (string)Leaf(host, after)["subject"]!["key"]!);
        Assert.Equal((null, "新的内容", "别人的内容"), (await OpenAsync(host, before), await OpenAsync(host, after), await OpenAsync(host, another)));
    }

    [Fact]
    public async Task Ordered_twice_or_for_nobody_it_says_that_nothing_is_sealed_and_fails_nowhere()
    {
        await using var host = await StartAsync();
        await SendAsync(host, Person, Secret);
        var first = await OrderAsync(host, Person);
        Assert.Contains("没有为该主体密封的内容", await PageAsync(host, await OrderAsync(host, Person)), StringComparison.Ordinal);
        Assert.Contains("没有为该主体密封的内容", await PageAsync(host, await OrderAsync(host, "nobody")), StringComparison.Ordinal);

        // Reloaded, the first answer still says what it did; a number that is no order says nothing.
        Assert.Contains("已经销毁", await PageAsync(host, first), StringComparison.Ordinal);
        var (_, page) = await host.GetAsync(EraseSubject.Path + "?order=0");
        Assert.Null(page.QuerySelector(".banner"));
    }

    [Fact]
    public async Task After_a_crash_between_the_order_and_the_key_it_is_ordered_again()
    {
        var faults = new FaultyKeys { Refuses = true };
        await using var host = await StartAsync(faults.On);
        var index = await SendAsync(host, Person, Secret);

        await FailsAsync(host, "请用同一主体编号和案件编号再下达一次", "Order it again with the same id");
        Assert.Equal(Secret, await OpenAsync(host, index));
        faults.Refuses = false;
        Assert.Contains("已经销毁", await PageAsync(host, await OrderAsync(host, Person)), StringComparison.Ordinal);

        Assert.Null(await OpenAsync(host, index));
        Assert.Equal(3, Enumerable.Range(0, (int)host.Log.Records.EndIndex).Count(i => (string)Leaf(host, i)["event"]!["action"]! == "subject-erase"));
    }

    [Fact]
    public async Task What_the_log_does_not_take_erases_nothing()
    {
        await using var host = await StartAsync();
        var index = await SendAsync(host, Person, Secret);
        await host.Log.DisposeAsync();
        await FailsAsync(host, "命令没有下达，内容没有销毁", "no order was given and nothing was erased");
        Assert.Equal(Secret, await OpenAsync(host, index));
    }

    [Theory]
    [InlineData("subject", " ", "2026-0042", "yes")]
    [InlineData("reference", Person, "", "yes")]
    [InlineData("reference", Person, "张三 的 请求", "yes")]
    [InlineData("confirm", Person, "2026-0042", "")]
    public async Task Without_whom_case_and_confirmation_nothing_is_ordered(string field, string subject, string reference, string confirm)
    {
        await using var host = await StartAsync();
        var index = await SendAsync(host, Person, Secret);
        var end = host.Log.Records.EndIndex;
        var answer = await OrderAsync(host, subject, reference, confirm);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains($"id=\"{field}-error\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal((Secret, end), (await OpenAsync(host, index), host.Log.Records.EndIndex));
    }

    [Fact]
    public async Task An_identity_number_is_found_under_every_epoch_and_comes_into_the_log_nowhere()
    {
        const string Number = "11010519491231002X";
        var file = Path.GetTempFileName();
        File.WriteAllLines(file, ["1 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "2 BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBA"]);
        var keys = PrivacyKeys.LoadOrCreate(file);
        File.Delete(file);
        await using var host = await StartAsync(services => services.AddSingleton(keys));
        var index = await SendAsync(host, Number, Secret);

        // As the event of a year ago has it.
        var old = PersonalText.Scrub(Number, free: false, keys.Epochs.Last());
        var (subjects, id) = (host.Services.GetRequiredService<SubjectKeys>(), TemporaryLog.NewId());
        var seal = await subjects.SealOfAsync(old, TestContext.Current.CancellationToken);
        var value = seal.Close(id, "reason", Secret);

        await OrderAsync(host, Number);

        Assert.Null(await OpenAsync(host, index));
        Assert.Null(await subjects.OpenAsync(id, seal.Id, value, TestContext.Current.CancellationToken));
        Assert.All(host.Log.Records.Read(0, int.MaxValue), record => Assert.DoesNotContain(Number, Encoding.UTF8.GetString(record.Payload), StringComparison.Ordinal));
    }

    /// <summary>Ordered in each language, it is said in that language what became of it.</summary>
    private static async Task FailsAsync(ConsoleHost host, params string[] said)
    {
        foreach (var (language, words) in new[] { "zh", "en" }.Zip(said))
        {
            host.Language = language;
            var answer = await OrderAsync(host, Person);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.Contains(words, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    private protected abstract Task<ConsoleHost> StartAsync(Action<IServiceCollection>? adjust = null);

    internal static async Task<long> SendAsync(ConsoleHost host, string subject, string text)
    {
        var json = $$"""
            {"@timestamp":"{{TimeProvider.System.GetUtcNow():O}}","event":{"action":"file-read","category":["file"],"type":["access"],"outcome":"success"},
             "subject":{"id":"{{subject}}","sealed":{"reason":"{{text}}"} } }
            """;
        var taken = await host.Services.GetRequiredService<EventIntake>().TakeAsync(
            [EventDocument.Read(Encoding.UTF8.GetBytes(json))], new EventSender("machine", "org-1", "机构"), TestContext.Current.CancellationToken);
        return Assert.Single(taken).Index;
    }

    internal static Task<HttpResponseMessage> OrderAsync(ConsoleHost host, string subject, string reference = "2026-0042", string confirm = "yes") =>
        host.PostAsync(EraseSubject.Path, EraseSubject.Path, ("subject", subject), ("reference", reference), ("confirm", confirm));

    internal static long OrderOf(HttpResponseMessage answer) => long.Parse(answer.Headers.Location!.ToString().Split('=')[1], CultureInfo.InvariantCulture);

    internal static JsonNode Leaf(ConsoleHost host, long index) => JsonNode.Parse(host.Log.Records.Read(index, 1).Single().Payload)!;

    internal static async Task<string?> OpenAsync(ConsoleHost host, long index)
    {
        var leaf = Leaf(host, index);
        var id = AuditEventJson.Decode(host.Log.Records.Read(index, 1).Single().Payload).Id;
        return await host.Services.GetRequiredService<SubjectKeys>().OpenAsync(
            id, Guid.Parse((string)leaf["subject"]!["key"]!), (string)leaf["subject"]!["sealed"]![0]!, TestContext.Current.CancellationToken);
    }

    internal static Task<string> PageAsync(ConsoleHost host, HttpResponseMessage answer) => TextAsync(host, answer.Headers.Location!.ToString());

    private static Task<string> PageAsync(ConsoleHost host, long index) => TextAsync(host, $"/console/audit/{index}");

    private static async Task<string> TextAsync(ConsoleHost host, string address)
    {
        var (response, page) = await host.GetAsync(address);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return page.Body!.TextContent;
    }

    private static async Task<byte[]> ReceiptAsync(ConsoleHost host, long index)
    {
        await host.Services.GetRequiredService<AuditPublication>().WaitAsync(index, TestContext.Current.CancellationToken);
        var services = host.Services;
        return IssueReceipt.Of(
            index, services.GetRequiredService<PublishedLog>(), services.GetRequiredService<TlogFolder>(), services.GetRequiredService<LogSigner>())!.ToArray();
    }

    private static void AssertProves(ConsoleHost host, long index, byte[] receipt)
    {
        var policy = LogPolicy.OfKeys(VerifierKey.Parse(host.Services.GetRequiredService<LogSigner>().VerifierKey));
        Assert.Null(EvidenceReceipt.Parse(receipt).Problem(TreeHash.Leaf(host.Log.Records.Read(index, 1).Single().Payload), policy));
    }

    /// <summary>As a stranger does, with the log's key alone.</summary>
    private static async Task VerifiesAsync(ConsoleHost host, byte[] receipt)
    {
        await host.Services.GetRequiredService<AuditPublication>().WaitAsync(host.Log.Records.EndIndex - 1, TestContext.Current.CancellationToken);
        var folder = host.Services.GetRequiredService<BackboneOptions>().DataDirectory;
        var file = Path.Combine(folder, "receipt");
        await File.WriteAllBytesAsync(file, receipt, TestContext.Current.CancellationToken);
        using var output = new StringWriter();
        var code = VerifierProgram.Run([folder, "--key", host.Services.GetRequiredService<LogSigner>().VerifierKey, "--receipt", file], output, output);
        Assert.True(code == 0, output.ToString());
    }
}

public sealed class ErasureOnSqliteTests : ErasureTests
{
    private protected override Task<ConsoleHost> StartAsync(Action<IServiceCollection>? adjust = null) => ConsoleHost.StartAsync(adjust);
}

public sealed class ErasureOnPostgresTests : ErasureTests
{
    private protected override async Task<ConsoleHost> StartAsync(Action<IServiceCollection>? adjust = null) =>
        await ConsoleHost.StartAsync(adjust, await PostgresServer.CreateDatabaseAsync());
}
