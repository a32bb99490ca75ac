using Backbone.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Backbone.Integration.Tests.Start;

#pragma warning disable CA1848, CA2254 // Leaks are planted as careless code would write them.

public sealed class OperationalLog : IDisposable
{
    private const string Jwt = "eyJhbGciOiJFUzI1NiIsImtpZCI6ImEifQ.eyJzdWIiOiJwYWlyd2lzZSJ9.c2lnbmF0dXJlLXNpZ25hdHVyZQ";
    private const string Ticket = "q8X2_rTz-7LmN0pVbYc4WdKfJhGsAe1UoIiQ3xZ5w9E";

    /// <summary>Without any shape, and with characters that JSON, addresses and HTML escape.</summary>
    private const string Shapeless = "a \"tricky\" <pass\\word> & 口令";

    private readonly string folder = Directory.CreateTempSubdirectory("backbone-log-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>Everything that is said is read, at the chattiest level: what was typed, generated or handed out must not be in it.</summary>
    [Fact]
    public async Task After_whole_sign_in_journeys_the_log_files_hold_no_secret_and_no_personal_data()
    {
        List<string> forbidden = ["13800000001", "li.ming", "张晓梅", "李明", "审计管理员", "13912345678", "欧阳一鸣"];
        await using (var host = await StartAsync())
        {
            foreach (var account in host.Demonstration.Accounts)
            {
                forbidden.AddRange(new[] { account.Password, account.TotpSecret }.OfType<string>());
                using var browser = new ScriptlessBrowser(host.Address);

                // A wrong password first: refusals are logged too.
                await browser.GoAsync("/sign-in");
                await browser.SubmitAsync(new Dictionary<string, string> { ["name"] = account.Name, ["password"] = "not-the-password" });
                await browser.SignInAsync(host.Address, account, account.TotpSecret is null ? "/account" : "/console/audit");
                forbidden.AddRange(browser.Cookies.GetAllCookies().Select(cookie => cookie.Value).Where(value => value.Length > 20));
                await browser.GoAsync("/account/sessions");
            }

            forbidden.AddRange(await RegisterAsync(host));
            forbidden.Add("not-the-password");
            forbidden.AddRange(host.Demonstration.Clients.Select(client => client.Secret).OfType<string>());
        }

        Assert.Empty(await LogScanner.FindAsync(Path.Combine(folder, "logs"), forbidden));
    }

    /// <summary>The test above is worth something only if a leak would fail it: one is planted through a logger of the running host.</summary>
    [Theory]
    [InlineData(Shapeless)]
    [InlineData("欧阳一鸣")]
    [InlineData("vexed-lantern-orbit-82")]
    public async Task A_planted_leak_is_found(string secret)
    {
        await using (var host = await StartAsync())
        {
            // As a value, in a message put together by hand, and in an exception: each is one line.
            var log = Logger(host);
            log.LogInformation("Planted {Thing}", secret);
            log.LogInformation("Planted " + secret.Replace("{", "{{", StringComparison.Ordinal));
            log.LogError(new InvalidOperationException("Planted " + secret), "Failed");
            log.LogInformation("Harmless");
        }

        var found = await LogScanner.FindAsync(Path.Combine(folder, "logs"), [secret, "is not in it"]);

        Assert.Equal([secret, secret, secret], found.Select(finding => finding.Secret));
    }

    [Fact]
    public async Task What_has_the_shape_of_a_person_or_a_secret_is_withheld_from_values_messages_and_exceptions_and_the_rest_stays()
    {
        string[] secrets = ["13800000001", "138 0000 0002", "li.ming@example.com", Jwt, Ticket, "0123456789abcdef0123456789abcdef", "s3cret"];
        var all = $"{string.Join(", ", secrets[..^1])} Password={secrets[^1]}";
        await using (var host = await StartAsync(services => services.AddSingleton<IStartupFilter>(new Failing(all))))
        {
            var log = Logger(host);
            log.LogWarning("Value {Thing} {@Deep}", all, new { Inner = new[] { all }, Map = new Dictionary<string, string> { [Ticket] = all } });
            log.LogWarning("Address {Address}", new Uri($"https://example.cn/callback?code={Ticket}&login_hint=li.ming%40example.com"));
            log.LogWarning("By hand: " + all);
            log.LogError(
                new AggregateException(all, new InvalidOperationException(all, new ArgumentException(all)), new InvalidOperationException(all)), "Nested");

            // What a bug does: an exception that nobody expected, out of a request.
            using var client = host.NewClient();
            Assert.Equal(500, (int)(await client.GetAsync(Failing.Path, TestContext.Current.CancellationToken)).StatusCode);
        }

        var logs = Path.Combine(folder, "logs");
        Assert.Empty(await LogScanner.FindAsync(logs, secrets));
        var text = string.Concat(await Task.WhenAll(Directory.GetFiles(logs).Select(file => File.ReadAllTextAsync(file))));
        Assert.Contains("System.ArgumentException", text, StringComparison.Ordinal);
        Assert.Contains("OperationalLog.Failing.Pass(", text, StringComparison.Ordinal);
        Assert.Contains("By hand: (withheld)", text, StringComparison.Ordinal);
    }

    private Task<BackboneFixture> StartAsync(Action<IServiceCollection>? adjust = null) => BackboneFixture.StartAsync(settings =>
    {
        settings.Demo = true;
        settings.DataDirectory = folder;
        settings.Observe = adjust;
        settings.Settings["Backbone:LogLevel"] = "Verbose";
        settings.Settings["Backbone:Identity:Limits:SignInsPerAddressPerMinute"] = "1000";
    });

    private static ILogger Logger(BackboneFixture host) => host.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Backbone.Planted");

    /// <summary>A person registers; answers what was typed and handed out on the way.</summary>
    private static async Task<IEnumerable<string>> RegisterAsync(BackboneFixture host)
    {
        const string Chosen = "vexed-lantern-orbit-82";
        using var browser = new ScriptlessBrowser(host.Address);
        await browser.GoAsync("/register");
        await browser.SubmitAsync(new Dictionary<string, string> { ["identifier"] = "139 1234 5678" });
        using var notices = new ScriptlessBrowser(host.Address);
        await notices.GoAsync("/dev/notices");
        var code = System.Text.RegularExpressions.Regex.Match(notices.Page.Body!.TextContent, "(?<![0-9])[0-9]{6}(?![0-9])").Value;
        await browser.SubmitAsync(new Dictionary<string, string> { ["code"] = code });
        await browser.SubmitAsync(new Dictionary<string, string> { ["name"] = "欧阳一鸣", ["password"] = Chosen });
        Assert.Equal("/", browser.Address.AbsolutePath);
        return browser.Cookies.GetAllCookies().Select(cookie => cookie.Value).Where(value => value.Length > 20).Append(Chosen);
    }

    /// <summary>Fails on one path, before everything else, with a message that says too much.</summary>
    private sealed class Failing(string message) : IStartupFilter
    {
        public const string Path = "/planted-failure";

        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use(Pass);
            next(app);
        };

        private Task Pass(HttpContext http, RequestDelegate next) => http.Request.Path == Path ? throw new InvalidOperationException(message) : next(http);
    }
}
