using System.IO.Compression;
using System.Net;
using System.Text;
using Backbone.Audit.Contracts;
using Backbone.Audit.Log.Notes;
using Backbone.Audit.Log.Policy;
using Backbone.Audit.Log.Proofs;
using Backbone.Audit.Log.Tree;
using Backbone.Audit.Publishing;
using Backbone.Platform;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Audit.Tests.Console;

public sealed class ExportTests
{
    [Fact]
    public async Task A_table_holds_the_columns_of_the_view_and_no_cell_a_spreadsheet_would_run()
    {
        await using var host = await ReadyAsync(3);
        await host.Log.AppendAsync(TemporaryLog.SignIn() with { ClientId = "=HYPERLINK(\"x\",\"y\")", Action = "planted" });

        var (response, _) = await host.GetAsync("/console/audit/export?format=csv&q=event.action:planted&columns=event.action,auth.client.id");

        var text = Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync());
        Assert.Equal("\uFEFFevent.sequence,event.action,auth.client.id\r\n3,planted,\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\"\r\n", text);
        Assert.Contains("attachment", response.Content.Headers.ContentDisposition!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Records_come_out_byte_for_byte_in_the_order_of_the_view()
    {
        await using var host = await ReadyAsync(2_500);

        var (response, _) = await host.GetAsync("/console/audit/export?format=ndjson&q=event.action:sign-in&sort=oldest");

        var expected = host.Log.Records.Read(0, 2_500).SelectMany(record => record.Payload.Append((byte)'\n')).ToArray();
        Assert.Equal(expected, await response.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task A_bundle_proves_each_of_its_events_to_a_stranger_and_a_changed_one_fails()
    {
        await using var host = await ReadyAsync(5);
        await host.Services.GetRequiredService<AuditPublication>().WaitAsync(4, TestContext.Current.CancellationToken);

        var (response, _) = await host.GetAsync("/console/audit/export?format=bundle&q=event.action:sign-in");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        using var zip = new ZipArchive(await response.Content.ReadAsStreamAsync());
        var key = VerifierKey.Parse(TextOf(zip, "log.vkey").TrimEnd('\n'));
        for (var index = 0; index < 5; index++)
        {
            var leaf = Encoding.UTF8.GetBytes(TextOf(zip, $"events/{index}.json"));
            var receipt = EvidenceReceipt.Parse(Encoding.UTF8.GetBytes(TextOf(zip, $"receipts/{index}.tlog-proof")));
            Assert.Equal(host.Log.Records.Read(index, 1).Single().Payload, leaf);
            Assert.Null(receipt.Problem(TreeHash.Leaf(leaf), LogPolicy.OfKeys(key)));
            leaf[^2] ^= 1;
            Assert.NotNull(receipt.Problem(TreeHash.Leaf(leaf), LogPolicy.OfKeys(key)));
        }
    }

    [Fact]
    public async Task An_export_is_an_event_before_it_is_a_file_and_an_unknown_form_is_none()
    {
        await using var host = await ReadyAsync(1);

        await host.GetAsync("/console/audit/export?format=csv&q=event.action:sign-in");
        var (refused, _) = await host.GetAsync("/console/audit/export?format=docx");

        var e = AuditEventJson.Decode(host.Log.Records.Read(1, 1).Single().Payload);
        Assert.Equal(("audit-export", "csv", "2026-0042"), (e.Action, e.Details["resource.name"], e.Details["purpose.reference"]));
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Equal(2, host.Log.Records.EndIndex);
    }

    [Fact]
    public async Task The_event_of_an_export_says_how_many_events_left_and_from_where()
    {
        await using var host = await ReadyAsync(5);
        await host.Log.AppendAsync(TemporaryLog.SignIn() with { Action = "other" });

        await host.GetAsync("/console/audit/export?format=csv&q=event.sequence%3E%3D2%20and%20event.action%3Asign-in");
        await host.GetAsync("/console/audit/export?format=ndjson&q=event.action:none");

        var (some, none) = (Told(6), Told(7));
        Assert.Equal(("3", "2", "5"), (some["resource.count"], some["resource.from"], some["resource.to"]));
        Assert.Equal("0", none["resource.count"]);
        Assert.False(none.ContainsKey("resource.from"));

        IReadOnlyDictionary<string, string> Told(long index) => AuditEventJson.Decode(host.Log.Records.Read(index, 1).Single().Payload).Details;
    }

    [Theory]
    [InlineData("＝1+1")]
    [InlineData("＋1")]
    [InlineData("－1")]
    [InlineData("＠SUM(A1)")]
    [InlineData("\n=1")]
    public async Task Signs_of_formulas_that_only_some_spreadsheets_know_are_guarded_and_the_heads_are_the_fields(string planted)
    {
        await using var host = await ReadyAsync(0);
        await host.Log.AppendAsync(TemporaryLog.SignIn() with { ClientId = planted });

        var (response, _) = await host.GetAsync("/console/audit/export?format=csv&columns=@timestamp,auth.client.id&q=event.action:sign-in");

        var lines = Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync()).Split("\r\n");
        Assert.Equal("\uFEFFevent.sequence,@timestamp,auth.client.id", lines[0]);
        Assert.Contains("'" + planted, lines[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("ndjson")]
    public async Task While_the_index_is_behind_no_file_is_made_that_would_lack_events(string format)
    {
        await using var host = await ReadyAsync(3);
        host.Index.Behind = 1;

        var (response, _) = await host.GetAsync($"/console/audit/export?format={format}&q=event.action:sign-in");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(3, host.Log.Records.EndIndex);
    }

    private static async Task<ConsoleHost> ReadyAsync(int events)
    {
        var host = await ConsoleHost.StartAsync();
        await host.StatePurposeAsync();
        await Task.WhenAll(Enumerable.Range(0, events).Select(i => host.Log.AppendAsync(
            TemporaryLog.SignIn() with { Subject = SubjectId.New(TimeProvider.System), Timestamp = DateTimeOffset.UnixEpoch.AddSeconds(i) }).AsTask()));
        return host;
    }

    private static string TextOf(ZipArchive zip, string name)
    {
        using var reader = new StreamReader(zip.GetEntry(name)!.Open(), Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
