using Backbone.Identity.AccountPages.Security;
using Backbone.Testing;
using Xunit;

namespace Backbone.Identity.Tests.AccountPages;

/// <summary>A host whose folder outlives it, so that the log can be read when nobody writes it any more.</summary>
public sealed class KeptHost(bool postgres) : AccountFixture
{
    internal DirectoryInfo Folder { get; } = Directory.CreateTempSubdirectory("backbone-account-");

    protected override void Configure(FixtureSettings settings)
    {
        settings.DataDirectory = Folder.FullName;
        settings.Postgres = postgres;
    }
}

/// <summary>One journey over all acts of the account pages, on each storage engine; then the audit log has each of them once.</summary>
public sealed class EveryActIsRecorded
{
    [Fact]
    public Task Once_and_without_personal_data_on_SQLite() => TakeJourneyAsync(postgres: false);

    [Fact]
    public Task Once_and_without_personal_data_on_PostgreSQL() => TakeJourneyAsync(postgres: true);

    private static async Task TakeJourneyAsync(bool postgres)
    {
        await using var backbone = new KeptHost(postgres);
        await ((IAsyncLifetime)backbone).InitializeAsync();
        var person = await backbone.NewPersonAsync();
        var passkey = await person.AddPasskeyAsync();
        var consent = await person.AllowAsync("ai-shandong", "openid", "profile");
        var (browser, _) = await person.SignInAsync();
        var (_, other) = await person.SignInAsync();
        using var here = browser;

        await here.GoAsync("/account/sessions");
        await here.SubmitAsync(form: $"/account/sessions/{other:D}/end");
        await here.GoAsync("/account/apps");
        await here.SubmitAsync(form: $"/account/apps/{consent:D}/withdraw");
        await here.GoAsync("/account/security/password");
        await here.SubmitAsync(new Dictionary<string, string> { ["current"] = AccountFixture.Password, ["new"] = "qing-shan lv shui 9052" });
        await here.GoAsync("/account/security/totp");
        var key = here.Page.QuerySelector("#totp-key")!.TextContent.Replace(" ", "", StringComparison.Ordinal);
        await here.SubmitAsync(new Dictionary<string, string> { ["code"] = TotpCode.At(key, TimeProvider.System.GetUtcNow()) });
        await here.GoAsync("/account/security/recovery-codes/renew");
        await here.SubmitAsync(button: "更换恢复码");
        await here.GoAsync("/account/security/totp/remove");
        await here.SubmitAsync(button: "移除验证器");
        await here.GoAsync("/account/passkeys/" + passkey);
        await here.SubmitAsync(new Dictionary<string, string> { ["name"] = "办公电脑" });
        await here.GoAsync("/account/passkeys/" + passkey);
        await here.SubmitAsync(button: "移除通行密钥");
        await backbone.StopAsync();

        var log = string.Concat(backbone.Folder.EnumerateFiles("*", SearchOption.AllDirectories)
            .Where(file => file.Extension == ".seg")
            .Select(file => File.ReadAllText(file.FullName)));
        string[] acts =
        [
            "session-end", "consent-withdraw", "password-change", "authenticator-add", "recovery-codes-create", "authenticator-remove",
            "passkey-rename", "passkey-remove",
        ];
        Assert.All(acts, act => Assert.Equal(1, log.Split($"\"action\":\"{act}\"").Length - 1));
        Assert.DoesNotContain("欧阳", log, StringComparison.Ordinal);
        Assert.DoesNotContain("13800", log, StringComparison.Ordinal);
        Assert.DoesNotContain("办公电脑", log, StringComparison.Ordinal);
        backbone.Folder.Delete(recursive: true);
    }
}
