using System.Text.Json;
using Backbone.Testing;
using Microsoft.Playwright;

namespace Backbone.Browser.Tests;

/// <summary>
/// Every page, wide and narrow, light and dark, Chinese and English: axe-core finds nothing, nothing breaks the content security policy,
/// only tables scroll sideways. Pictures are kept under <c>artifacts/screens</c> for people to look at.
/// </summary>
[Collection(OneWorld.Name)]
public sealed class EveryPage(BrowserWorld world)
{
    private static readonly string[] Strangers =
        ["/", "/sign-in", "/register", "/reset", "/help", "/no-such-page", "/dev/notices", "/dev/gallery", "/connect/authorize?client_id=nobody"];

    private static readonly string[] Citizens =
        ["/", "/account", "/account/security", "/account/security/password", "/account/security/totp", "/account/sessions", "/account/apps",
         "/account/passkeys/new", "/sign-in?prompt=login"];

    private static readonly string[] Auditors = ["/console", "/console/audit", "/console/audit?outcome=failure", "/console/audit/0"];

    public static TheoryData<int, bool, string> Looks => new(
        from width in new[] { 1280, 390 } from dark in new[] { false, true } from language in new[] { "zh-CN", "en-GB" } select (width, dark, language));

    [Theory(DisplayName = "Every page passes axe-core, keeps its policy and fits")]
    [MemberData(nameof(Looks))]
    public async Task Every_page_passes(int width, bool dark, string language)
    {
        var axe = AxeScript();
        var findings = new List<string>();
        await using (var stranger = await world.OpenAsync(language, width, dark))
        {
            await LookAsync(stranger, Strangers, "stranger", axe, findings);
        }

        await using (var citizen = await world.OpenAsync(language, width, dark))
        {
            await citizen.SignInAsync(world, world.Account(DemonstrationPeople.CitizenByPhone));
            await LookAsync(citizen, Citizens, "citizen", axe, findings);
            await citizen.GoAsync(new Uri(world.App("citizen-app"), "/sign-in"));
            if (citizen.Path == "/consent")
            {
                await CheckAsync(citizen, "citizen-consent", axe, findings);
            }
        }

        await using (var auditor = await world.OpenAsync(language, width, dark))
        {
            await auditor.SignInAsync(world, world.Account(DemonstrationPeople.AuditAdministrator), "/console");
            await LookAsync(auditor, Auditors, "auditor", axe, findings);
        }

        Assert.True(findings.Count == 0, string.Join('\n', findings));

        async Task LookAsync(WatchedPage page, string[] paths, string who, string script, List<string> found)
        {
            foreach (var path in paths)
            {
                await page.GoAsync(new Uri(world.Portal, path));
                await CheckAsync(page, $"{who}{path}", script, found);
            }
        }

        async Task CheckAsync(WatchedPage page, string name, string script, List<string> found)
        {
            var look = $"{width}-{(dark ? "dark" : "light")}-{language[..2]}";
            // Before the picture and axe: both touch the document.
            var inline = await page.Page.Locator("[style], [onclick], [onsubmit], style, script:not([src])").CountAsync();
            if (inline > 0)
            {
                found.Add($"{name} [{look}] has {inline} inline styles or scripts");
            }

            await page.Page.ScreenshotAsync(new PageScreenshotOptions { Path = PictureOf(name, look), FullPage = true });
            var violations = await page.Page.EvaluateAsync<JsonElement>(
                script + ";axe.run(document,{runOnly:['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']})"
                + ".then(r=>r.violations.map(v=>v.id+': '+v.nodes.map(n=>n.html.slice(0,160)).slice(0,3).join(' | ')))");
            found.AddRange(violations.EnumerateArray().Select(violation => $"{name} [{look}] axe {violation.GetString()}"));
            var overflow = await page.Page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
            if (overflow > 0)
            {
                found.Add($"{name} [{look}] scrolls sideways by {overflow} px");
            }

            page.NothingComplained();
        }
    }

    private static string PictureOf(string name, string look)
    {
        var folder = Path.Combine(Repository.Root, "artifacts", "screens");
        Directory.CreateDirectory(folder);
        var safe = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-')).Trim('-');
        return Path.Combine(folder, $"{safe}.{look}.png");
    }

    private static string AxeScript()
    {
        var path = Path.Combine(Repository.Root, "tests", "browser", "node_modules", "axe-core", "axe.min.js");
        if (!File.Exists(path))
        {
            RealServers.Missing("axe-core (npm ci in tests/browser)");
        }

        return File.ReadAllText(path);
    }
}
