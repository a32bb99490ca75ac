using System.Net;
using System.Text.RegularExpressions;
using Backbone.Identity.Notices;
using Backbone.Identity.Storage;
using Backbone.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Backbone.Identity.Tests.Register;

public sealed class RegistrationOnSqlite : RegistrationTests
{
    protected override bool Postgres => false;
}

public sealed class RegistrationOnPostgres : RegistrationTests
{
    protected override bool Postgres => true;
}

/// <summary>One suite, both engines. Each test has a host of its own: limits count per network address, and all tests come from one.</summary>
public abstract partial class RegistrationTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    protected abstract bool Postgres { get; }

    private Task<BackboneFixture> StartAsync(TimeProvider? clock = null) => BackboneFixture.StartAsync(settings =>
    {
        settings.Postgres = Postgres;
        settings.Clock = clock;
    });

    [Fact]
    public async Task A_citizen_registers_with_an_e_mail_address_and_is_signed_in()
    {
        await using var backbone = await StartAsync();
        using var person = new RegistrationJourney(backbone);

        await person.AskAsync("  Guli@Example.CN ");
        Assert.Equal("/register/verify", person.Browser.Address.AbsolutePath);
        Assert.Equal(NoticeKind.RegisterCode, person.LastNotice.Kind);
        Assert.Equal("guli@example.cn", person.LastNotice.To.Value);
        Assert.Matches("^[0-9]{6}$", person.Code);

        await person.EnterAsync($" {person.Code[..3]} {person.Code[3..]}");
        Assert.Equal("/register/password", person.Browser.Address.AbsolutePath);
        Assert.Equal("new-password", person.Browser.Page.QuerySelector("#password")!.GetAttribute("autocomplete"));

        await person.FinishAsync();
        Assert.Equal("/", person.Browser.Address.AbsolutePath);
        Assert.Contains("古丽·买买提", person.Browser.Body, StringComparison.Ordinal);

        var account = await SingleAccountAsync(backbone);
        Assert.Equal((AccountKind.Citizen, "guli@example.cn", true), (account.Kind, account.Email, account.EmailConfirmed));
        Assert.Null(account.PhoneNumber);
    }

    [Theory]
    [InlineData("13812345678")]
    [InlineData("+86 138-1234-5678")]
    [InlineData("００８６１３８１２３４５６７８")]
    public async Task A_citizen_registers_with_a_mobile_number(string typed)
    {
        await using var backbone = await StartAsync();
        using var person = await new RegistrationJourney(backbone).RegisterAsync(typed);

        var account = await SingleAccountAsync(backbone);
        Assert.Equal(("+8613812345678", true), (account.PhoneNumber, account.PhoneNumberConfirmed));
        Assert.Null(account.Email);
        Assert.Equal("/", person.Browser.Address.AbsolutePath);
    }

    [Theory]
    [InlineData("")]
    [InlineData("12812345678")]
    [InlineData("1381234567")]
    [InlineData("someone@")]
    [InlineData("a b@example.cn")]
    [InlineData("аdmin@example.cn")]
    [InlineData("a@localhost")]
    public async Task What_is_neither_phone_nor_mail_is_refused_with_words(string typed)
    {
        await using var backbone = await StartAsync();
        using var person = new RegistrationJourney(backbone);

        await person.AskAsync(typed);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, person.Browser.Status);
        Assert.Equal("#identifier", person.Browser.Page.QuerySelector(".errors a")!.GetAttribute("href"));
        Assert.StartsWith("错误：", person.Browser.Page.Title!, StringComparison.Ordinal);
        Assert.Empty(backbone.Services.GetRequiredService<DevelopmentNotices>().Latest);
    }

    [Theory(DisplayName = "OWASP ASVS 5.0 6.3.8: registration does not tell whether an account exists")]
    [InlineData("/register")]
    [InlineData("/reset")]
    public async Task Known_and_new_addresses_get_the_same_answers(string start)
    {
        await using var backbone = await StartAsync();
        using var owner = await new RegistrationJourney(backbone).RegisterAsync("known1@example.cn");
        using var known = new RegistrationJourney(backbone);
        using var stranger = new RegistrationJourney(backbone);

        await known.AskAsync("known1@example.cn", start);
        var toKnown = known.LastNotice;
        await stranger.AskAsync("other1@example.cn", start);
        var toStranger = stranger.LastNotice;
        Assert.Equal(Shape(known, "known1"), Shape(stranger, "other1"));

        await known.EnterAsync("000000");
        await stranger.EnterAsync("000000");
        Assert.Equal(Shape(known, "known1"), Shape(stranger, "other1"));

        // Only their owners see the difference.
        Assert.Equal(start == "/register", toKnown.Code is null);
        Assert.Equal(start == "/register", toStranger.Code is not null);
    }

    [Fact]
    public async Task A_code_is_tried_five_times_and_then_dead()
    {
        await using var backbone = await StartAsync();
        using var person = new RegistrationJourney(backbone);
        await person.AskAsync("five@example.cn");
        for (var left = 4; left >= 1; left--)
        {
            await person.EnterAsync(person.WrongCode(left));
            Assert.Contains($"还可以试 {left} 次", person.Browser.Body, StringComparison.Ordinal);
        }

        await person.EnterAsync(person.WrongCode(5));
        Assert.Contains("不能再用", person.Browser.Body, StringComparison.Ordinal);
        await person.EnterAsync(person.Code);
        Assert.Equal("/register/verify", person.Browser.Address.AbsolutePath);
        Assert.Contains("不能再用", person.Browser.Body, StringComparison.Ordinal);

        // A new code helps, the old one does not.
        var old = person.Code;
        await person.Browser.SubmitAsync(button: "重新发送");
        Assert.Contains("请用最新的验证码", person.Browser.Body, StringComparison.Ordinal);
        if (old != person.Code)
        {
            await person.EnterAsync(old);
            Assert.Equal("/register/verify", person.Browser.Address.AbsolutePath);
        }

        await person.EnterAsync(person.Code);
        Assert.Equal("/register/password", person.Browser.Address.AbsolutePath);
    }

    [Fact]
    public async Task A_code_dies_after_ten_minutes()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 6, 0, 0, TimeSpan.Zero));
        await using var backbone = await StartAsync(clock);
        using var person = new RegistrationJourney(backbone);
        await person.AskAsync("late@example.cn");
        clock.Advance(TimeSpan.FromMinutes(10));
        await person.EnterAsync(person.Code);
        Assert.Contains("不能再用", person.Browser.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sixth_code_for_one_address_within_an_hour_is_refused_until_the_hour_is_over()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 6, 0, 0, TimeSpan.Zero));
        await using var backbone = await StartAsync(clock);
        using var person = new RegistrationJourney(backbone);
        for (var i = 0; i < 5; i++)
        {
            await person.AskAsync("many@example.cn");
            Assert.Equal(HttpStatusCode.OK, person.Browser.Status);
        }

        await person.AskAsync("many@example.cn");
        Assert.Equal(HttpStatusCode.TooManyRequests, person.Browser.Status);
        Assert.Contains("60 分钟后可再试", person.Browser.Body, StringComparison.Ordinal);
        Assert.Equal(5, backbone.Services.GetRequiredService<DevelopmentNotices>().Latest.Count);

        clock.Advance(TimeSpan.FromHours(1));
        await person.AskAsync("many@example.cn");
        Assert.Equal(HttpStatusCode.OK, person.Browser.Status);
    }

    [Fact]
    public async Task Of_many_codes_tried_at_once_five_are_looked_at()
    {
        await using var backbone = await StartAsync();
        using var client = backbone.NewClient();
        var notices = backbone.Services.GetRequiredService<DevelopmentNotices>();
        var first = await FormAsync(client, "/register");
        first["identifier"] = "crowd@example.cn";
        using (var content = new FormUrlEncodedContent(first))
        using (await client.PostAsync(new Uri("/register", UriKind.Relative), content, Cancel))
        {
        }

        var form = await FormAsync(client, "/register/verify");
        form["code"] = notices.Latest[0].Code == "000000" ? "000001" : "000000";
        await Task.WhenAll(Enumerable.Range(0, 12).Select(async _ =>
        {
            using var content = new FormUrlEncodedContent(form);
            using var answer = await client.PostAsync(new Uri("/register/verify", UriKind.Relative), content, Cancel);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        }));
        await WithDbAsync(backbone, async db =>
        {
            Assert.Equal(5, (await db.VerificationCodes.AsNoTracking().SingleAsync(Cancel)).Tries);
            return 0;
        });
    }

    [Fact]
    public async Task One_network_address_may_ask_for_twenty_codes_an_hour()
    {
        await using var backbone = await StartAsync();
        using var person = new RegistrationJourney(backbone);
        for (var i = 0; i < 20; i++)
        {
            await person.AskAsync($"person{i}@example.cn");
            Assert.Equal(HttpStatusCode.OK, person.Browser.Status);
        }

        await person.AskAsync("person20@example.cn");
        Assert.Equal(HttpStatusCode.TooManyRequests, person.Browser.Status);
    }

    [Fact]
    public async Task A_common_password_is_refused_and_the_name_stays()
    {
        await using var backbone = await StartAsync();
        using var person = new RegistrationJourney(backbone);
        await person.AskAsync("weak@example.cn");
        await person.EnterAsync(person.Code);
        await person.FinishAsync("P@ssw0rd2026!", "李雷");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, person.Browser.Status);
        Assert.Equal("#password", person.Browser.Page.QuerySelector(".errors a")!.GetAttribute("href"));
        Assert.Equal("李雷", person.Browser.Page.QuerySelector("#name")!.GetAttribute("value"));
        Assert.DoesNotContain("P@ssw0rd2026!", person.Browser.Body, StringComparison.Ordinal);

        await person.FinishAsync();
        Assert.Equal("/", person.Browser.Address.AbsolutePath);
    }

    [Fact]
    public async Task Every_form_sent_twice_does_its_work_once()
    {
        await using var backbone = await StartAsync();
        using var client = backbone.NewClient();
        var notices = backbone.Services.GetRequiredService<DevelopmentNotices>();

        var first = await FormAsync(client, "/register");
        first["identifier"] = "twice@example.cn";
        await TwiceAsync(client, "/register", first, "/register/verify");
        Assert.Single(notices.Latest);

        var second = await FormAsync(client, "/register/verify");
        second["code"] = notices.Latest[0].Code!;
        await TwiceAsync(client, "/register/verify", second, "/register/password");

        var third = await FormAsync(client, "/register/password");
        third["name"] = "李雷";
        third["password"] = RegistrationJourney.Password;
        await TwiceAsync(client, "/register/password", third, "/");
        await SingleAccountAsync(backbone);
        Assert.Contains("李雷", await client.GetStringAsync("/", Cancel), StringComparison.Ordinal);
    }

    [Theory(DisplayName = "CWE-601: the way back leads nowhere else")]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example/")]
    public async Task The_way_back_is_a_path_of_this_host(string back)
    {
        await using var backbone = await StartAsync();
        using var person = await new RegistrationJourney(backbone).RegisterAsync("away@example.cn", $"/register?return={Uri.EscapeDataString(back)}");
        Assert.Equal(new Uri(backbone.Address, "/"), person.Browser.Address);
    }

    [Fact]
    public async Task The_way_back_survives_every_step()
    {
        await using var backbone = await StartAsync();
        using var person = await new RegistrationJourney(backbone).RegisterAsync("back@example.cn", "/register?return=%2F%3Fq%3Da%2526b");
        Assert.Equal("/?q=a%26b", person.Browser.Address.PathAndQuery);
    }

    [Fact]
    public async Task A_reset_ends_every_session_tells_the_owner_and_works_once()
    {
        await using var backbone = await StartAsync();
        using var person = await new RegistrationJourney(backbone).RegisterAsync("13912345678");
        using var elsewhere = new RegistrationJourney(backbone);
        await elsewhere.AskAsync("139 1234 5678", "/reset");
        Assert.Equal(NoticeKind.ResetCode, elsewhere.LastNotice.Kind);
        await elsewhere.EnterAsync(elsewhere.Code);
        var before = (await SingleAccountAsync(backbone)).PasswordHash;
        await elsewhere.Browser.SubmitAsync(new Dictionary<string, string> { ["password"] = "another-gentle-kettle-91" });

        Assert.Equal("/reset/done", elsewhere.Browser.Address.AbsolutePath);
        Assert.Equal(NoticeKind.ResetDone, elsewhere.LastNotice.Kind);
        Assert.NotEqual(before, (await SingleAccountAsync(backbone)).PasswordHash);
        await WithDbAsync(backbone, async db =>
        {
            Assert.All(await db.Sessions.ToListAsync(Cancel), session => Assert.Equal("password-changed", session.EndReason));
            return 0;
        });
        await person.Browser.GoAsync("/");
        Assert.DoesNotContain("古丽·买买提", person.Browser.Body, StringComparison.Ordinal);
        await elsewhere.Browser.GoAsync("/reset/password");
        Assert.Equal("/reset", elsewhere.Browser.Address.AbsolutePath);

        await SignInAsync(elsewhere, RegistrationJourney.Password);
        Assert.Equal("/sign-in", elsewhere.Browser.Address.AbsolutePath);
        await SignInAsync(elsewhere, "another-gentle-kettle-91");
        Assert.Contains("古丽·买买提", elsewhere.Browser.Body, StringComparison.Ordinal);
    }

    private static async Task SignInAsync(RegistrationJourney person, string password)
    {
        await person.Browser.GoAsync("/sign-in");
        await person.Browser.SubmitAsync(new Dictionary<string, string> { ["name"] = "139 1234 5678", ["password"] = password });
    }

    [Fact]
    public async Task A_code_for_one_journey_is_refused_in_the_other_and_steps_cannot_be_skipped()
    {
        await using var backbone = await StartAsync();
        using var person = new RegistrationJourney(backbone);
        await person.Browser.GoAsync("/register/password");
        Assert.Equal("/register", person.Browser.Address.AbsolutePath);
        await person.AskAsync("skip@example.cn");
        await person.Browser.GoAsync("/register/password");
        Assert.Equal("/register", person.Browser.Address.AbsolutePath);
        var code = person.Code;
        await person.AskAsync("skip@example.cn", "/reset");
        await person.EnterAsync(code);
        Assert.Equal("/reset/verify", person.Browser.Address.AbsolutePath);
    }

    private static async Task<Account> SingleAccountAsync(BackboneFixture backbone) =>
        await WithDbAsync(backbone, db => db.Users.AsNoTracking().SingleAsync(account => account.Kind == AccountKind.Citizen, Cancel));

    private static async Task<T> WithDbAsync<T>(BackboneFixture backbone, Func<IdentityDb, Task<T>> work)
    {
        await using var scope = backbone.Services.CreateAsyncScope();
        return await work(scope.ServiceProvider.GetRequiredService<IdentityDb>());
    }

    /// <summary>The page without what is random in every page, and the cookies by name and length.</summary>
    private static string Shape(RegistrationJourney person, string name)
    {
        var body = Hidden().Replace(person.Browser.Body, "hidden").Replace(name, "NAME", StringComparison.Ordinal);
        var cookies = person.Browser.Cookies.GetAllCookies().Select(cookie => $"{cookie.Name}:{cookie.Value.Length}").Order(StringComparer.Ordinal);
        return $"{person.Browser.Status} {person.Browser.Address.PathAndQuery} {string.Join(' ', cookies)}\n{body}";
    }

    [GeneratedRegex("""<input type="hidden"[^>]*>""")]
    private static partial Regex Hidden();

    private static async Task<Dictionary<string, string>> FormAsync(HttpClient client, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        using var answer = await client.SendAsync(request, Cancel);
        var body = await answer.Content.ReadAsStringAsync(Cancel);
        var form = body[body.IndexOf($"action=\"{path}\"", StringComparison.Ordinal)..];
        return Input().Matches(form[..form.IndexOf("</form>", StringComparison.Ordinal)])
            .ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);
    }

    [GeneratedRegex("""<input type="hidden" name="([^"]*)" value="([^"]*)" """)]
    private static partial Regex Input();

    private static async Task TwiceAsync(HttpClient client, string path, Dictionary<string, string> form, string next)
    {
        // At the same time, as a double click sends them; in any order both find the work done.
        var answers = await Task.WhenAll(Enumerable.Range(0, 2).Select(async _ =>
        {
            using var content = new FormUrlEncodedContent(form);
            return await client.PostAsync(new Uri(path, UriKind.Relative), content, Cancel);
        }));
        Assert.All(answers, answer =>
        {
            Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
            Assert.Equal(next, answer.Headers.Location!.OriginalString);
            answer.Dispose();
        });
    }
}
