using Backbone.Testing;

namespace Backbone.Integration.Tests.Start;

public sealed class OperationalLog
{
    /// <summary>Everything that is said is read, at the chattiest level: what was typed, generated or handed out must not be in it.</summary>
    [Fact]
    public async Task After_whole_sign_in_journeys_the_log_files_hold_no_secret_and_no_personal_data()
    {
        var folder = Directory.CreateTempSubdirectory("backbone-log-").FullName;
        try
        {
            List<string> forbidden = ["13800000001", "li.ming", "张晓梅", "李明", "审计管理员"];
            await using (var host = await BackboneFixture.StartAsync(settings =>
            {
                settings.Demo = true;
                settings.DataDirectory = folder;
                settings.Settings["Backbone:LogLevel"] = "Verbose";
            }))
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

                forbidden.Add("not-the-password");
                forbidden.AddRange(host.Demonstration.Clients.Select(client => client.Secret).OfType<string>());
            }

            var log = string.Concat(await Task.WhenAll(Directory.GetFiles(Path.Combine(folder, "logs")).Select(file => File.ReadAllTextAsync(file))));
            Assert.NotEmpty(log);
            Assert.All(forbidden, secret => Assert.DoesNotContain(secret, log, StringComparison.Ordinal));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
