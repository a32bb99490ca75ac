using System.Net;
using System.Text;
using Backbone.Audit.Contracts;
using Backbone.Audit.Privacy;
using Backbone.Platform;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Audit.Tests.Console;

/// <summary>Records about persons are read for a stated purpose, and only then.</summary>
public sealed class PurposeTests
{
    [Theory]
    [InlineData("/console/audit?q=user.id:01981234-0000-7000-8000-00000000beef")]
    [InlineData("/console/audit?q=event.action:x or not source.address:203.0.113.7")]
    [InlineData("/console/audit?q=01981234")]
    [InlineData("/console/audit?q=message:张三")]
    [InlineData("/console/audit?q=resource.query:*01981234*")]
    [InlineData("/console/audit?q=subject.key:x")]
    [InlineData("/console/audit?q=not (user.id < b)")]
    [InlineData("/console/audit/0")]
    [InlineData("/audit/v1/events/0/leaf")]
    [InlineData("/console/audit/export?format=csv")]
    public async Task Whoever_has_not_said_what_for_is_asked_and_comes_back(string address)
    {
        await using var host = await ConsoleHost.StartAsync();
        await host.Log.AppendAsync(TemporaryLog.SignIn() with { Subject = SubjectId.New(TimeProvider.System) });
        var before = host.Log.Records.EndIndex;

        var (response, _) = await host.GetAsync(address);
        Assert.Equal(HttpStatusCode.SeeOther, response.StatusCode);
        var question = response.Headers.Location!.OriginalString;
        Assert.StartsWith("/console/audit/purpose?return=", question, StringComparison.Ordinal);
        Assert.Equal(before, host.Log.Records.EndIndex);

        var answered = await host.PostAsync(question, "/console/audit/purpose", ("code", "court"), ("reference", "鲁01刑初42号"));
        Assert.Equal(HttpStatusCode.SeeOther, answered.StatusCode);
        Assert.Equal(Uri.UnescapeDataString(address), Uri.UnescapeDataString(answered.Headers.Location!.OriginalString));
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync(answered.Headers.Location!.OriginalString)).Response.StatusCode);
    }

    [Fact]
    public async Task A_record_whose_person_only_a_partner_knows_opens_for_a_purpose_too()
    {
        await using var host = await ConsoleHost.StartAsync();
        var id = TemporaryLog.NewId();
        var leaf = Encoding.UTF8.GetString(AuditEventJson.Encode(TemporaryLog.SignIn() with { Id = id })).Replace(
            "\"user\":", "\"user_\":", StringComparison.Ordinal);
        await host.Log.AppendAsync(id, Encoding.UTF8.GetBytes(leaf.Insert(leaf.Length - 1, ",\"user\":{\"id\":\"emp-1042\"}")));

        Assert.Equal(HttpStatusCode.SeeOther, (await host.GetAsync("/console/audit/0")).Response.StatusCode);
        Assert.Equal(HttpStatusCode.SeeOther, (await host.GetAsync("/audit/v1/events/0/leaf")).Response.StatusCode);
    }

    [Theory]
    [InlineData("", "2026-0042")]
    [InlineData("curiosity", "2026-0042")]
    [InlineData("court", "")]
    [InlineData("court", "<b>x</b>")]
    public async Task A_purpose_outside_the_list_or_without_a_case_is_refused(string code, string reference)
    {
        await using var host = await ConsoleHost.StartAsync();
        await host.Log.AppendAsync(TemporaryLog.SignIn() with { Subject = SubjectId.New(TimeProvider.System) });

        var refused = await host.PostAsync("/console/audit/purpose", "/console/audit/purpose", ("code", code), ("reference", reference));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.Equal(HttpStatusCode.SeeOther, (await host.GetAsync("/console/audit/0")).Response.StatusCode);
    }

    [Fact]
    public async Task Without_a_purpose_a_list_tells_what_happened_and_not_to_whom()
    {
        await using var host = await ConsoleHost.StartAsync();
        var person = SubjectId.New(TimeProvider.System);
        await host.Log.AppendAsync(TemporaryLog.SignIn() with { Subject = person, Target = person, SourceCommitment = "hmac:1:secret-place" });
        const string Address = "/console/audit?columns=event.action,user.id,user.target.id,source.address";

        var before = (await host.GetAsync(Address)).Page.DocumentElement.OuterHtml;
        await host.StatePurposeAsync();
        var after = (await host.GetAsync(Address)).Page.DocumentElement.OuterHtml;

        Assert.Contains("sign-in", before, StringComparison.Ordinal);
        foreach (var personal in (string[])[person.ToString(), "secret-place"])
        {
            Assert.DoesNotContain(personal, before, StringComparison.Ordinal);
            Assert.Contains(personal, after, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_purpose_that_has_been_ended_opens_nothing_more()
    {
        await using var host = await ConsoleHost.StartAsync();
        await host.Log.AppendAsync(TemporaryLog.SignIn() with { Subject = SubjectId.New(TimeProvider.System) });
        await host.StatePurposeAsync();
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/console/audit/0")).Response.StatusCode);

        await host.PostAsync("/console/audit", "/console/audit/purpose/end");

        Assert.Equal(HttpStatusCode.SeeOther, (await host.GetAsync("/console/audit/0")).Response.StatusCode);
    }

    [Fact]
    public async Task An_address_typed_in_clear_finds_the_events_that_hold_its_commitment()
    {
        await using var host = await ConsoleHost.StartAsync();
        await host.StatePurposeAsync();
        var keys = host.Services.GetRequiredService<PrivacyKeys>();
        await host.Log.AppendAsync(TemporaryLog.SignIn() with { SourceCommitment = keys.Commit(CommitmentKind.Address, "203.0.113.7") });
        await host.Log.AppendAsync(TemporaryLog.SignIn() with { SourceCommitment = keys.Commit(CommitmentKind.Address, "203.0.113.8") });

        var (_, page) = await host.GetAsync("/console/audit?q=source.address:203.0.113.7");

        Assert.Equal(["0"], page.QuerySelectorAll(".found tbody tr").Select(row => row.Children[0].TextContent.Trim()));
        var search = AuditEventJson.Decode(host.Log.Records.Read(2, 1).Single().Payload);
        Assert.Equal("source.address:(11 characters)", search.Details["resource.query"]);
    }

    [Fact]
    public async Task The_way_back_leads_nowhere_but_to_the_audit_pages()
    {
        await using var host = await ConsoleHost.StartAsync();
        foreach (var target in new[] { "https://evil.example", "//evil.example", "/account", "/console/audit/../../account", "/console/audit/%2e%2e/x", "/console/auditor" })
        {
            var answered = await host.PostAsync(
                "/console/audit/purpose", "/console/audit/purpose", ("code", "court"), ("reference", "1"), ("return", target));
            Assert.Equal("/console/audit", answered.Headers.Location!.OriginalString);
        }
    }
}
