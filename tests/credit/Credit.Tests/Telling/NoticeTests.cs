using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Backbone.Credit.Telling;
using Backbone.Credit.Tests.Reports;
using Backbone.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Backbone.Credit.Tests.Telling;

public sealed class SqliteNoticeTests(SqliteTellingHost host) : NoticeTests(host), IClassFixture<SqliteTellingHost>;

public sealed class PostgresNoticeTests(PostgresTellingHost host) : NoticeTests(host), IClassFixture<PostgresTellingHost>;

/// <summary>Who was told a fact that is corrected, withdrawn or repaired is told to stop using it, and says that it has.</summary>
public abstract class NoticeTests(TellingHost host)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private NoticeRecipients Recipients => host.Services.GetServices<IHostedService>().OfType<NoticeRecipients>().Single();

    [Fact]
    public async Task Who_read_the_report_is_told_which_fact_by_a_signed_notice_and_acknowledges_it_once()
    {
        await using var receiver = await Receiver.StartAsync();
        var code = host.NewCode();
        var keys = await host.ReportAsync(code, ReportHost.Penalty(), ReportHost.EnvironmentalGrade("green"));
        using var program = await host.AskerAsync();
        var secret = await TellingHost.SecretAsync(program);
        await TellingHost.PostAsync(program, TellingHost.Form(code, receiver.Url, "grade"));
        await AskAsync(program, code, "report");
        var fact = await host.AskAsync(db => db.Facts.Where(one => one.Entity == code && one.SourceKey == keys[0]).Select(one => one.Id).SingleAsync(Cancelled));
        await host.ReportAsync(code, ReportHost.Withdrawal(keys[0]));
        await RunAsync();

        var message = (await receiver.UntilAsync(1))[0];
        var notice = (await ListAsync(program)).Single(one => one.GetProperty("entity").GetString() == code);
        Assert.Equal((message.Id, System.Text.Encoding.UTF8.GetString(message.Body)), (notice.GetProperty("id").GetString(), notice.GetProperty("message").GetString()));
        Assert.True(message.IsSignedBy(secret));
        var said = message.Json.GetProperty("data");
        Assert.Equal(
            (fact, "withdrawn", ReportHost.Day(0), "machine", "credit.notice.stop-using"),
            (said.GetProperty("fact").GetGuid(), said.GetProperty("what").GetString(), said.GetProperty("since").GetString(), said.GetProperty("program").GetString(), message.Type));
        Assert.Equal(["acknowledge", "ask", "dueOn", "entity", "fact", "notice", "program", "since", "what"], said.EnumerateObject().Select(one => one.Name));

        // What it can fetch carries this system's own signature, which it can show to others.
        using var stranger = host.NewClient();
        var key = ReportHost.Json((await ReportHost.GetAsync(stranger, Subscribe.KeysPath)).Body).GetProperty("keys")[0].GetString()!;
        var fetched = new Received(notice.GetProperty("id").GetString()!, notice.GetProperty("timestamp").GetString()!, notice.GetProperty("signature").GetString()!, message.Body);
        Assert.Equal("true false false", await SubscribeTests.VerifyAsync(RealServers.Node(), fetched, fetched.Body, key, secret, secret));

        var address = said.GetProperty("acknowledge").GetString()!;
        Assert.Equal(HttpStatusCode.NoContent, await PostAsync(program, address));
        Assert.Equal(HttpStatusCode.NoContent, await PostAsync(program, address));
        Assert.DoesNotContain(await ListAsync(program), one => one.GetProperty("entity").GetString() == code);
        Assert.NotNull((await ListAsync(program, "&all=true")).Single(one => one.GetProperty("entity").GetString() == code).GetProperty("acknowledged").GetString());
        Assert.Equal((1, 1), (await LoggedAsync("credit-notice", message.Id), await LoggedAsync("credit-notice-acknowledge", message.Id)));
    }

    [Fact]
    public async Task Who_had_a_grade_alone_hears_of_no_fact_and_who_asked_before_or_after_or_too_longAgo_hears_nothing()
    {
        var (grade, before, longAgo) = (host.NewCode(), host.NewCode(), host.NewCode());
        using var program = await host.AskerAsync();
        var keys = await host.ReportAsync(grade, ReportHost.Penalty());
        await AskAsync(program, grade, "grade");

        await host.ReportAsync(before, ReportHost.EnvironmentalGrade("green"));
        await AskAsync(program, before, "report");
        var late = await host.ReportAsync(before, ReportHost.Penalty());
        var old = await host.ReportAsync(longAgo, ReportHost.Penalty());
        await AskAsync(program, longAgo, "report");
        await host.AskAsync(db => db.Queries.Where(one => one.Entity == longAgo)
            .ExecuteUpdateAsync(set => set.SetProperty(one => one.At, TimeProvider.System.GetUtcNow().AddDays(-366)), Cancelled));
        await host.ReportAsync(grade, ReportHost.Withdrawal(keys[0]));
        await host.ReportAsync(before, ReportHost.Withdrawal(late[0]));
        await host.ReportAsync(longAgo, ReportHost.Withdrawal(old[0]));
        await AskAsync(program, before, "report");
        await RunAsync();
        await RunAsync();

        var told = await ListAsync(program);
        var one = told.Single(one => one.GetProperty("entity").GetString() == grade);
        using var message = JsonDocument.Parse(one.GetProperty("message").GetString()!);
        var said = message.RootElement.GetProperty("data").EnumerateObject().Select(one => one.Name);
        Assert.Equal(["acknowledge", "ask", "dueOn", "entity", "notice", "program", "since"], said);
        Assert.DoesNotContain(told, other => other.GetProperty("entity").GetString() == before || other.GetProperty("entity").GetString() == longAgo);
    }

    [Fact]
    public async Task Another_programs_notice_is_not_found_and_one_that_nobody_acknowledges_is_noted_once()
    {
        var code = host.NewCode();
        var keys = await host.ReportAsync(code, ReportHost.Penalty());
        using var program = await host.AskerAsync();
        await AskAsync(program, code, "report");
        await host.AskAsync(db => db.Queries.Where(one => one.Entity == code).ExecuteUpdateAsync(set => set.SetProperty(one => one.Client, "another"), Cancelled));
        await host.ReportAsync(code, ReportHost.Withdrawal(keys[0]));
        await RunAsync();
        var notice = await host.AskAsync(db => db.Notices.AsNoTracking().SingleAsync(one => one.Entity == code, Cancelled));

        Assert.DoesNotContain(await ListAsync(program), one => one.GetProperty("entity").GetString() == code);
        Assert.Equal(HttpStatusCode.NotFound, await PostAsync(program, ServeNotices.AddressOf(code, notice.Id) + "/acknowledge"));
        Assert.True(notice.DueOn > ChinaDay.Today(TimeProvider.System));
        await host.AskAsync(db => db.Notices.Where(one => one.Entity == code)
            .ExecuteUpdateAsync(set => set.SetProperty(one => one.DueOn, ChinaDay.Today(TimeProvider.System).AddDays(-1)), Cancelled));
        await Recipients.NoteOverdueAsync(Cancelled);
        await Recipients.NoteOverdueAsync(Cancelled);
        Assert.Equal(1, await LoggedAsync("credit-notice-overdue", notice.Id.ToString("D", CultureInfo.InvariantCulture)));
    }

    /// <summary>The penalty of ten years ago was in no answer: neither it nor its end is anybody's business.</summary>
    [Fact]
    public async Task Of_a_fact_whose_lawful_time_was_over_nobody_hears_when_it_is_withdrawn()
    {
        var code = host.NewCode();
        var keys = await host.ReportAsync(code, ReportHost.Penalty("general", 3_650), ReportHost.EnvironmentalGrade("green"));
        using var program = await host.AskerAsync();
        await AskAsync(program, code, "report");
        await host.ReportAsync(code, ReportHost.Withdrawal(keys[0]), ReportHost.Withdrawal(keys[1]));
        await RunAsync();

        var fact = await host.AskAsync(db => db.Facts.Where(one => one.Entity == code && one.SourceKey == keys[1]).Select(one => one.Id).SingleAsync(Cancelled));
        Assert.Equal(fact, (await host.AskAsync(db => db.Notices.AsNoTracking().Where(one => one.Entity == code).ToListAsync(Cancelled))).Single().Fact);
    }

    [Fact]
    public async Task Who_subscribes_to_nothing_names_an_address_for_notices_and_410_takes_it_back_and_not_the_notice()
    {
        await using var receiver = await Receiver.StartAsync(status: 410);
        var code = host.NewCode();
        var keys = await host.ReportAsync(code, ReportHost.Penalty());
        using var program = await host.AskerAsync();
        await TellingHost.SecretAsync(program);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await TargetAsync(program, "https://169.254.169.254/latest"));
        Assert.Equal(HttpStatusCode.NoContent, await TargetAsync(program, receiver.Url));
        await AskAsync(program, code, "report");
        await host.ReportAsync(code, ReportHost.Withdrawal(keys[0]));
        await RunAsync();

        var message = (await receiver.UntilAsync(1))[0];
        await host.UntilAsync(async db => await db.WebhookSecrets.AnyAsync(one => one.Client == "machine" && one.NoticeTarget == null, Cancelled));
        Assert.Contains(await ListAsync(program), one => one.GetProperty("id").GetString() == message.Id);
        Assert.Equal(1, await LoggedAsync("webhook-address", "\"gone\""));
        Assert.Equal(0, await LoggedAsync("webhook-address", "geheim"));
    }

    /// <summary>The block of docs/webhooks.md, run as it stands there by a stranger who has the notice, what stands beside it and the open key.</summary>
    [Fact]
    public async Task A_stranger_verifies_a_notice_by_the_documented_steps_and_an_altered_one_fails()
    {
        var code = host.NewCode();
        var keys = await host.ReportAsync(code, ReportHost.Penalty());
        using var program = await host.AskerAsync();
        await AskAsync(program, code, "report");
        await host.ReportAsync(code, ReportHost.Withdrawal(keys[0]));
        await RunAsync();
        var notice = (await ListAsync(program)).Single(one => one.GetProperty("entity").GetString() == code);
        using var stranger = host.NewClient();
        var key = ReportHost.Json((await ReportHost.GetAsync(stranger, Subscribe.KeysPath)).Body).GetProperty("keys")[0].GetString()!;

        var message = notice.GetProperty("message").GetString()!;
        Assert.Equal(0, await VerifyAsDocumentedAsync(notice, message, key));
        Assert.NotEqual(0, await VerifyAsDocumentedAsync(notice, message.Replace("withdrawn", "corrected", StringComparison.Ordinal), key));
    }

    private static async Task<int> VerifyAsDocumentedAsync(JsonElement notice, string message, string key)
    {
        var folder = Directory.CreateTempSubdirectory("backbone-verify-");
        try
        {
            var text = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "webhooks.md"), Cancelled);
            var steps = text.Split("```sh\n")[1].Split("```")[0];
            var start = new ProcessStartInfo("/bin/sh") { WorkingDirectory = folder.FullName, RedirectStandardOutput = true, RedirectStandardError = true };
            start.ArgumentList.Add("-ec");
            start.ArgumentList.Add(steps);
            start.Environment["ID"] = notice.GetProperty("id").GetString();
            start.Environment["TIMESTAMP"] = notice.GetProperty("timestamp").GetString();
            start.Environment["SIGNATURE"] = notice.GetProperty("signature").GetString();
            start.Environment["MESSAGE"] = message;
            start.Environment["KEY"] = key;
            using var process = Process.Start(start)!;
            await process.WaitForExitAsync(Cancelled);
            return process.ExitCode;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<HttpStatusCode> TargetAsync(HttpClient program, string target)
    {
        using var form = new StringContent($$"""{"target":"{{target}}"}""", System.Text.Encoding.UTF8, "application/json");
        using var answer = await program.PutAsync(new Uri(ServeNotices.Path + "/target", UriKind.Relative), form);
        return answer.StatusCode;
    }

    private async Task RunAsync() => await Recipients.RunAsync(TimeSpan.Zero, Cancelled);

    private static async Task AskAsync(HttpClient program, string code, string kind)
    {
        var (status, _) = await ReportHost.GetAsync(program, $"/credit/v1/entities/{code}/{kind}{ReportHost.Query()}");
        Assert.Equal(HttpStatusCode.OK, status);
    }

    private static async Task<HttpStatusCode> PostAsync(HttpClient program, string address)
    {
        using var answer = await program.PostAsync(new Uri(address, UriKind.Relative), null);
        return answer.StatusCode;
    }

    private static async Task<List<JsonElement>> ListAsync(HttpClient program, string more = "")
    {
        List<JsonElement> all = [];
        for (var (after, goOn) = ("", true); goOn;)
        {
            var page = ReportHost.Json((await ReportHost.GetAsync(program, $"{ServeNotices.Path}?{(after + more).TrimStart('&')}")).Body);
            all.AddRange(page.GetProperty("notices").EnumerateArray());
            goOn = page.TryGetProperty("next", out var next);
            after = goOn ? "&after=" + next.GetString() : "";
        }

        return all;
    }

    private Task<int> LoggedAsync(string action, string about) => host.LoggedAsync(action, about);
}
