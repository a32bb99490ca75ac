using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Backbone.Audit.Appending;
using Backbone.Audit.Events;
using Backbone.Audit.Searching;
using Backbone.Platform;
using Backbone.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Audit.Tests.Disclosure;

/// <summary>The log on another machine than identity, joined as the README says: a file of the catalogue, and the client's secret on both.</summary>
public sealed class WhoLookedElsewhere : IDisposable
{
    private readonly string catalogue = Directory.CreateTempSubdirectory("who-looked-").FullName;

    public void Dispose() => Directory.Delete(catalogue, recursive: true);

    [Fact]
    public async Task The_page_of_another_host_is_reached_from_the_account_and_left_with_the_session()
    {
        await using var identity = await BackboneFixture.StartAsync(settings =>
        {
            (settings.Demo, settings.Modules) = (true, "identity");
            settings.Settings["Backbone:Catalogue"] = catalogue;
            settings.Settings["Backbone:CataloguePoll"] = "00:00:01";
        });
        await using var audit = await BackboneFixture.StartAsync(settings =>
        {
            settings.Modules = "audit";
            settings.Settings["Backbone:Issuer"] = identity.Address.AbsoluteUri.TrimEnd('/');
        });
        Join(audit);

        using var browser = new ScriptlessBrowser(identity.Address);
        await browser.SignInAsync(identity.Address, identity.Account(DemonstrationPeople.CitizenByPhone), "/account");
        var page = new Uri(audit.Address, "/usage").AbsoluteUri;
        var began = TimeProvider.System.GetTimestamp();
        while (browser.Page.QuerySelector($"a[href='{page}']") is null)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(60), $"the account page has no link to {page}");
            await Task.Delay(50, TestContext.Current.CancellationToken);
            await browser.GoAsync("/account");
        }

        await browser.GoAsync(page);
        Assert.Equal((HttpStatusCode.OK, page), (browser.Status, browser.Address.AbsoluteUri));
        Assert.Equal(new Uri(identity.Address, "/account").AbsoluteUri, browser.Page.QuerySelector("a.back")!.GetAttribute("href"));
        var log = audit.Services.GetRequiredService<SegmentLog>();
        var shown = JsonNode.Parse(log.Records.Read(0, int.MaxValue).Last().Payload)!;
        var person = new SubjectId(Guid.Parse((string)shown["user"]!["id"]!));
        await log.AppendAsync(AuditKinds.View.Occurred(TimeProvider.System).With("purpose.code", "court") with { Target = person });
        await audit.Services.GetRequiredService<IEventIndex>().CaughtUpAsync(log.Records.EndIndex);
        await browser.GoAsync(page);
        Assert.Contains("司法机关依法调取", browser.Page.QuerySelector("ol.line > li")!.TextContent, StringComparison.Ordinal);

        await browser.GoAsync(new Uri(identity.Address, "/account").AbsoluteUri);
        await browser.SubmitAsync(form: "/sign-out");
        await browser.GoAsync(page);
        Assert.Equal((identity.Address.Authority, "/sign-in"), (browser.Address.Authority, browser.Address.AbsolutePath));
    }

    private void Join(BackboneFixture audit)
    {
        var secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        foreach (var file in (string[])[Path.Combine(catalogue, "who-looked.secret"), audit.Options.PathOf("secrets", "who-looked.secret")])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, secret);
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        var builtIn = Path.Combine(Repository.Root, "identity", "Identity", "Catalogue", "apps", "who-looked.yml");
        File.WriteAllText(Path.Combine(catalogue, "who-looked.yml"), File.ReadAllText(builtIn)
            .Replace("id: who-looked", "id: who-looked\nreplaces: who-looked", StringComparison.Ordinal)
            .Replace("{publicUrl}", audit.Address.AbsoluteUri.TrimEnd('/'), StringComparison.Ordinal)
            .Replace("file:secrets/who-looked.secret", "file:" + Path.Combine(catalogue, "who-looked.secret"), StringComparison.Ordinal));
    }
}
